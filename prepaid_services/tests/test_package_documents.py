from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageDocuments(CaseDriver):
    """Invoices by hand, from whatever channel: packages follow them, and the ledger fits."""

    def _invoice(self, template, quantity=1.0, extra=(), post=True, **line):
        """Return an invoice of the accountant with the product of a template."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "product_id": template.sudo().product_id.id,
                            "quantity": quantity,
                            **line,
                        }
                    ),
                    *(fields.Command.create(vals) for vals in extra),
                ],
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def _packages(self, invoice):
        return invoice.line_ids.prepaid_package_ids.sorted("id")

    def test_posting_makes_packages(self):
        template = self._template(99.99, 5, self._tax(20, True), bonus_sessions=1)
        packages = self._packages(self._invoice(template, 2.0, discount=10.0))
        self.assertEqual(packages.mapped("sessions_left"), [6, 6])
        self.assertEqual(packages.mapped("state"), ["active", "active"])
        self.assertEqual(packages.mapped("amount_net"), [74.99, 74.99])
        self._assert_ledger(deferred=149.98, earned=0.0, receivable=179.98)

    def test_draft_cancel_and_again(self):
        template = self._template(100.0, 4)
        invoice = self._invoice(template, 2.0)
        packages = self._packages(invoice)
        invoice.button_draft()
        self.assertEqual(packages.mapped("state"), ["cancelled"] * 2)
        self.assertEqual(packages.mapped("amount_deferred"), [0.0] * 2)
        with self.assertRaises(UserError):
            self._as_desk(packages[0]).use_session()
        invoice.invoice_line_ids.write({"quantity": 3.0, "price_unit": 80.0})
        invoice.action_post()
        again = self._packages(invoice)
        self.assertEqual(len(again), 3)
        self.assertTrue(packages < again)
        self.assertEqual(again.mapped("amount_deferred"), [80.0] * 3)
        self._assert_ledger(deferred=240.0)
        invoice.button_cancel()
        self.assertEqual(set(again.mapped("state")), {"cancelled"})
        self._assert_ledger(deferred=0.0)

    def test_used_package_keeps_its_invoice(self):
        invoice = self._invoice(self._template(100.0, 4))
        package = self._as_desk(self._packages(invoice))
        use = package.use_session()
        for call in (invoice.button_draft, invoice.button_cancel):
            with self.assertRaisesRegex(UserError, "Undo its sessions first"):
                call()
        package.undo_use(use["use_id"])
        invoice.button_draft()
        self.assertEqual(package.state, "cancelled")
        self._assert_ledger(deferred=0.0, earned=0.0)

    def test_full_credit_note(self):
        invoice = self._invoice(self._template(100.0, 4, self._tax(20, False)))
        package = self._packages(invoice)
        note = invoice._reverse_moves([{"invoice_date": "2026-01-15"}], cancel=True)
        self.assertEqual((package.state, package.amount_deferred), ("refunded", 0.0))
        self._assert_ledger(deferred=0.0, earned=0.0, receivable=0.0)
        with self.assertRaisesRegex(UserError, "Sell the package again"):
            note.button_draft()

    def test_credit_note_of_too_much(self):
        """The whole price comes back after a session: its revenue is taken back, DEF is zero."""
        invoice = self._invoice(self._template(100.0, 4))
        package = self._packages(invoice)
        self._as_desk(package).use_session()
        invoice._reverse_moves([{"invoice_date": "2026-01-15"}], cancel=True)
        self.assertEqual((package.state, package.amount_deferred), ("refunded", 0.0))
        self._assert_ledger(deferred=0.0, earned=0.0, receivable=0.0)

    def test_credit_after_all_sessions(self):
        """A package that is used up only cost less; deferred revenue stays zero."""
        invoice = self._invoice(self._template(100.0, 1))
        package = self._packages(invoice)
        self._as_desk(package).use_session()
        for _again in range(2):
            note = invoice._reverse_moves([{"invoice_date": "2026-01-15"}])
            note.invoice_line_ids.price_unit = 5.0
            note.action_post()
        self.assertEqual((package.state, package.amount_deferred), ("used_up", 0.0))
        self._assert_ledger(deferred=0.0, earned=90.0, receivable=90.0)

    def test_credit_note_of_several_packages(self):
        """Each gives back what it cost, lapsed, used up, begun or untouched."""
        template = self._template(100.0, 4, breakage_policy="expiry", validity_number=1)
        invoice = self._invoice(template, 3.0)
        packages = self._packages(invoice)
        self._as_desk(packages[1]).use_session()
        self._as_desk(packages[2]).use_session(units=4)
        with freeze_time("2026-02-20 12:00:00"):
            self._run_crons()
            self.assertEqual(packages.mapped("amount_deferred"), [0.0] * 3)
            invoice._reverse_moves([{"invoice_date": "2026-02-20"}], cancel=True)
        self.assertEqual(packages.mapped("amount_refunded"), [100.0] * 3)
        self.assertEqual(packages.mapped("amount_earned"), [0.0] * 3)
        self.assertEqual(packages.mapped("amount_broken"), [0.0] * 3)
        self._assert_ledger(deferred=0.0, earned=0.0, receivable=0.0)

    def test_credit_note_beyond_what_is_left(self):
        """What is not deferred any more is taken from those that brought it."""
        invoice = self._invoice(self._template(99.99, 3), 3.0)
        packages = self._packages(invoice)
        self._as_desk(packages[0]).use_session(units=2)
        self._as_desk(packages[1]).use_session()
        note = invoice._reverse_moves([{"invoice_date": "2026-01-15"}])
        note.invoice_line_ids.write({"price_unit": 250.0, "quantity": 1.0})
        note.action_post()
        self.assertEqual(packages.mapped("amount_deferred"), [0.0] * 3)
        self.assertEqual(packages.mapped("amount_earned"), [33.31, 16.66, 0.0])
        self._assert_ledger(deferred=0.0, earned=49.97, receivable=49.97)

    def test_credit_note_without_an_invoice(self):
        """It takes the client's newest package of that kind back."""
        template = self._template(100.0, 4)
        self._invoice(template, quantity=1)
        newest = self._packages(self._invoice(template, quantity=1))
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.client.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    fields.Command.create({"product_id": template.sudo().product_id.id})
                ],
            }
        )
        note.action_post()
        self.assertEqual((newest.state, newest.amount_deferred), ("refunded", 0.0))
        self._assert_ledger(deferred=100.0)

    def test_means_of_payment_are_no_discount(self):
        """A gift card, or a prepayment taken off by hand, was paid before."""
        cards = self.deferred.copy({"code": "212800", "name": "Gift cards"})
        for account in (cards, self.advance):
            before = self._ledger(self.deferred)
            extra = {
                "name": "Paid before",
                "price_unit": -200.0,
                "account_id": account.id,
                "tax_ids": [],
            }
            service = {"product_id": self.service.id, "price_unit": 600.0}
            invoice = self._invoice(self._template(1000.0, 10), 1, extra=[extra, service])
            self.assertEqual(self._packages(invoice).amount_net, 1000.0)
            self.assertEqual(self._ledger(self.deferred) - before, -1000.0)
            self.assertEqual(self._ledger(account), 200.0)
            self.assertEqual(invoice.amount_total, 1400.0)

    def test_discount_on_income_or_deferred_revenue(self):
        """On whatever account of the result, or beside the package: it lowers the price."""
        expense = self.company_data["default_account_expense"]
        for account in (self.income, expense, self.deferred):
            extra = {
                "name": "Discount", "price_unit": -200.0, "account_id": account.id, "tax_ids": []
            }
            invoice = self._invoice(self._template(1000.0, 10), 1, extra=[extra])
            self.assertEqual(self._packages(invoice).amount_net, 800.0, account.name)
        self._assert_ledger(deferred=2400.0, earned=0.0)

    def test_exchanged_on_one_invoice(self):
        """A negative line takes a package back and is no discount for the other one."""
        old, new = self._template(100.0, 4), self._template(180.0, 8)
        first = self._packages(self._invoice(old, quantity=1))
        back = {"product_id": old.sudo().product_id.id, "quantity": -1}
        invoice = self._invoice(new, quantity=1, extra=[back])
        self.assertEqual(first.state, "refunded")
        self.assertEqual(self._packages(invoice).amount_net, 180.0)
        self._assert_ledger(deferred=180.0)
        self._refused("took one back", invoice.button_draft)

    def test_price_reduction(self):
        """A small credit note lowers the price of the sessions that are left."""
        invoice = self._invoice(self._template(100.0, 4))
        package = self._packages(invoice)
        self._as_desk(package).use_session()
        note = invoice._reverse_moves([{"invoice_date": "2026-01-15"}])
        note.invoice_line_ids.price_unit = 15.0
        note.action_post()
        self.assertEqual((package.state, package.amount_deferred), ("active", 60.0))
        self._as_desk(package).use_session()
        self._assert_ledger(deferred=40.0, earned=45.0, receivable=85.0)

    def test_forced_account(self):
        """A line on income is moved to deferred revenue, and back with the invoice."""
        invoice = self._invoice(self._template(100.0, 4), account_id=self.income.id)
        self._assert_ledger(deferred=100.0, earned=0.0)
        invoice.button_draft()
        self._assert_ledger(deferred=0.0, earned=0.0)
        invoice.action_post()
        self._assert_ledger(deferred=100.0, earned=0.0)
        invoice._reverse_moves([{"invoice_date": "2026-01-15"}], cancel=True)
        self._assert_ledger(deferred=0.0, earned=0.0)

    def test_order_discount(self):
        """Case T04 in small: a discount line reduces all lines in proportion."""
        tax = self._tax(20, False)
        template = self._template(100.0, 4, tax)
        common = {"tax_ids": [fields.Command.set(tax.ids)], "account_id": self.income.id}
        extra = [
            {"name": "Other", "price_unit": 50.0, **common},
            {"name": "Discount", "price_unit": -30.0, **common},
        ]
        invoice = self._invoice(template, extra=extra)
        package = self._packages(invoice)
        self.assertEqual(package.amount_net, 80.0)
        self._assert_ledger(deferred=80.0, earned=40.0, receivable=144.0)
        self._as_desk(package).use_session()
        self._assert_ledger(deferred=60.0, earned=60.0)
        note = invoice._reverse_moves([{"invoice_date": "2026-01-15"}], cancel=True)
        self.assertEqual(package.state, "refunded")
        self.assertTrue(note)
        self._assert_ledger(deferred=0.0, earned=0.0, receivable=0.0)

    def test_tax_without_account_is_told(self):
        tax = self._tax(20, False)
        tax.invoice_repartition_line_ids.account_id = False
        invoice = self._invoice(self._template(100.0, 4, tax))
        self.assertEqual(self._packages(invoice).amount_net, 100.0)
        self.assertIn("has no account", invoice.message_ids[0].body)

    def test_broken_quantity(self):
        with self.assertRaisesRegex(UserError, "whole numbers"):
            self._invoice(self._template(100.0, 4), quantity=1.5)

    def test_usable_when_paid(self):
        template = self._template(100.0, 4, activation="payment")
        self._sell(template)
        self.assertEqual(self.package.state, "draft")
        with self.assertRaisesRegex(UserError, "not paid yet"):
            self.package.use_session()
        self._top_up(100.0)
        self.assertEqual(self.package.state, "active")
        self._assert_ledger(deferred=100.0, receivable=0.0)

    def test_counters_only(self):
        """Without entries a package is revenue when it is sold."""
        self.company.prepaid_earn_policy = "none"
        self._sell(self._template(100.0, 4))
        self._assert_ledger(deferred=0.0, earned=100.0)
        self.package.use_session()
        self.assertEqual(self.package.sessions_left, 3)
        self._assert_ledger(deferred=0.0, earned=100.0)

    def test_one_entry_per_day(self):
        self.company.prepaid_earn_policy = "day"
        self._sell(self._template(100.0, 4), quantity=2)
        for package in self.packages:
            package.use_session()
        self._assert_ledger(deferred=200.0, earned=0.0)
        with freeze_time("2026-01-16 12:00:00"):
            self._run_crons()
            self._run_crons()
        moves = self.packages.use_ids.sudo().move_id
        self.assertEqual((len(moves), str(moves.date)), (1, "2026-01-15"))
        self.assertEqual(moves.line_ids.partner_id, self.client)
        self.assertTrue(all(line.partner_id for line in moves.line_ids))
        self._assert_ledger(deferred=150.0, earned=50.0)

    def test_locked_day(self):
        """A session of a closed period is booked on the first open day; its own day stays."""
        self._sell(self._template(100.0, 4), date="2025-12-20")
        self.company.fiscalyear_lock_date = "2025-12-31"
        self.package.use_session("2025-12-28")
        use = self.package.use_ids.sudo()
        dates = (use.date, use.accounting_date, use.move_id.date)
        self.assertEqual([str(day) for day in dates], ["2025-12-28", "2026-01-01", "2026-01-01"])

    def test_analytic(self):
        """The revenue of the package keeps the analytic account of its invoice."""
        plan = self.env["account.analytic.plan"].create({"name": "Salons"})
        salon = self.env["account.analytic.account"].create({"name": "A", "plan_id": plan.id})
        invoice = self._invoice(
            self._template(100.0, 4), analytic_distribution={str(salon.id): 100.0}
        )
        self._as_desk(self._packages(invoice)).use_session()
        lines = self.env["account.analytic.line"].search([(plan._column_name(), "=", salon.id)])
        by_account = {}
        for line in lines:
            by_account[line.general_account_id] = (
                by_account.get(line.general_account_id, 0.0) + line.amount
            )
        self.assertEqual(by_account, {self.deferred: 75.0, self.income: 25.0})

    def test_ledger_entries_are_protected(self):
        invoice = self._invoice(self._template(100.0, 4))
        package = self._as_desk(self._packages(invoice))
        package.use_session()
        move = package.use_ids.sudo().move_id
        self.assertEqual(invoice.adjusting_entries_move_ids, move)
        with self.assertRaisesRegex(UserError, "Undo the session"):
            move.button_draft()
        with self.assertRaisesRegex(UserError, "Undo the session"):
            move._reverse_moves(cancel=True)
        with self.assertRaises(UserError):
            package.use_ids.sudo().write({"units": 5})
        with self.assertRaises(UserError):
            package.use_ids.sudo().unlink()
