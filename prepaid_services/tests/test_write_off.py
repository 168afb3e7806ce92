"""Debts nobody pays: written off and recovered."""

from datetime import date

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .debt_common import TODAY, DebtCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestWriteOff(DebtCommon):
    def test_accounts_of_a_company(self):
        self.assertEqual(self.bad_debt.account_type, "expense")
        self.assertEqual(self.allowance.account_type, "asset_current")

    def test_expense(self):
        """The desk asks, the manager approves; the invoice is not shown as paid."""
        invoice = self._document(120, "2026-01-10", "2026-01-20")
        self._pay(invoice, 20, "2026-02-01")
        request = self._request()
        self.assertEqual(request.amount_open, 100)
        self.assertIn(invoice.name, request.documents)
        self._assert_loss(bad_debt=0, receivable=100)
        with self.assertRaises(AccessError):
            request.action_approve()
        [entry] = self._approve(request)
        self.assertRecordValues(
            entry.line_ids.sorted("balance"),
            [
                {"account_id": self.receivable.id, "balance": -100, "partner_id": self.client.id},
                {"account_id": self.bad_debt.id, "balance": 100, "partner_id": self.client.id},
            ],
        )
        self.assertRecordValues(
            invoice, [{"payment_state": "paid", "prepaid_written_off": True, "amount_residual": 0}]
        )
        self.assertRecordValues(
            request, [{"state": "done", "amount": 100, "decided_by": self.manager.id}]
        )
        movement = self.env["prepaid.client.movement"].search([("move_id", "=", entry.id)])
        self.assertEqual((movement.kind, movement.amount), ("bad_debt", 100))
        self._assert_loss("2026-03-19", bad_debt=0, receivable=100)
        self._assert_ties()
        self._assert_balance_is_ledger()

    def test_twice_is_once(self):
        self._document(100, "2026-01-10")
        request = self._request()
        self._approve(request)
        self._approve(request)
        self._assert_loss(bad_debt=100, receivable=0)
        self.assertEqual(len(request.sudo().move_ids), 1)

    def test_nothing_open(self):
        invoice = self._document(100, "2026-01-10")
        request = self._request()
        self._pay(invoice, 100, "2026-02-01")
        self._refused("nothing is open", request.with_user(self.manager).action_approve)
        self.assertEqual(request.state, "requested")

    def test_visit_is_written_off_not_paid(self):
        self._approve_credit()
        booking = self._book("2026-03-10")
        booking.action_done()
        self.assertEqual(booking.payment_status, "owing")
        self._approve(self._request())
        booking.invalidate_recordset()
        self.assertEqual(booking.payment_status, "written_off")
        feature = self.env.ref("prepaid_services.group_feature_balance")
        self.env.ref("base.group_user").sudo().implied_ids = [fields.Command.link(feature.id)]
        event = booking.event_id.with_user(self.desk)
        self.assertEqual(event.prepaid_payment_status, "written_off", "in the calendar, too")
        self.assertEqual(booking.amount_due, 0)

    def test_refused_and_approved_after_all(self):
        self._document(100, "2026-01-10")
        request = self._request()
        request.with_user(self.manager).action_refuse()
        self.assertEqual(request.state, "refused")
        self._assert_loss(bad_debt=0, receivable=100)
        self._approve(request)
        self._assert_loss(bad_debt=100, receivable=0)

    def test_taken_back(self):
        invoice = self._document(100, "2026-01-10")
        request = self._request()
        self._approve(request)
        request.with_user(self.manager).action_take_back()
        request.with_user(self.manager).action_take_back()
        self._assert_loss(bad_debt=0, receivable=100)
        self.assertRecordValues(invoice, [{"prepaid_written_off": False, "amount_residual": 100}])
        self.assertEqual(request.state, "taken_back")

    def test_unreconciling_takes_it_back(self):
        """What an accountant does on the invoice leaves no lost money behind."""
        invoice = self._document(100, "2026-01-10")
        self._approve(self._request())
        invoice.line_ids.remove_move_reconcile()
        self.assertFalse(invoice.prepaid_written_off)
        self._assert_loss(bad_debt=0, receivable=100)

    def test_reversing_the_entry_takes_it_back(self):
        invoice = self._document(100, "2026-01-10")
        [entry] = self._approve(self._request())
        entry._reverse_moves([{"date": date(2026, 3, 20)}], cancel=True)
        self.assertFalse(invoice.prepaid_written_off)
        self._assert_loss(bad_debt=0, receivable=100)
        self.assertEqual(entry.reversal_move_ids.prepaid_kind, "bad_debt_return")

    def test_allowance(self):
        self._document(100, "2026-01-10")
        self._approve(self._request(method="allowance"))
        self._assert_loss(bad_debt=0, allowance=100, receivable=0)

    def test_allowance_that_is_too_small_is_said(self):
        """What was not expected to be lost is lost, too, but not without a word."""
        self._document(100, "2026-01-10")
        write_off = self._request(method="allowance")
        self.assertEqual(write_off.allowance_short, 100.0)
        self._approve(write_off)
        self.assertIn("exceeds the allowance by", " ".join(write_off.message_ids.mapped("body")))
        self.assertEqual(self.company._prepaid_booked_allowance(date(2026, 12, 31)), -100.0)

    def test_credit_note_gives_the_tax_back(self):
        """Half was paid: half of the tax comes back, the loss is without tax."""
        account = self.company_data["default_account_tax_sale"]
        for included in (False, True):
            with self.subTest(included=included):
                tax = self.env["account.tax"].create(
                    {
                        "name": f"20% {included}",
                        "amount": 20.0,
                        "company_id": self.company.id,
                        "price_include_override": "tax_included" if included else "tax_excluded",
                        "invoice_repartition_line_ids": [
                            fields.Command.create({"repartition_type": "base"}),
                            fields.Command.create(
                                {"repartition_type": "tax", "account_id": account.id}
                            ),
                        ],
                        "refund_repartition_line_ids": [
                            fields.Command.create({"repartition_type": "base"}),
                            fields.Command.create(
                                {"repartition_type": "tax", "account_id": account.id}
                            ),
                        ],
                    }
                )
                client = self._create_client(f"Taxed {included}")
                line = {
                    "name": "Service",
                    "price_unit": 99.99,
                    "account_id": self.income.id,
                    "tax_ids": [fields.Command.set(tax.ids)],
                }
                before = self._ledger(account), self._ledger(self.bad_debt)
                invoice = self._document(
                    0, "2026-01-10", client=client, invoice_line_ids=[fields.Command.create(line)]
                )
                half = self.company.currency_id.round(invoice.amount_total / 2)
                self._pay(invoice, half, "2026-02-01")
                open_ = invoice.amount_residual
                [note] = self._approve(self._request(client=client, method="credit_note"))
                self.assertEqual(note.move_type, "out_refund")
                self.assertEqual((invoice.amount_residual, note.amount_residual), (0, 0))
                self.assertTrue(invoice.prepaid_written_off)
                vat = self._ledger(account) - before[0]
                loss = self._ledger(self.bad_debt) - before[1]
                self.assertAlmostEqual(vat, -invoice.amount_tax / 2, delta=0.02)
                self.assertAlmostEqual(loss, open_ - open_ / 6, delta=0.02)
                self._assert_loss(receivable=0)

    def test_recovery(self):
        self._document(100, "2026-01-10")
        request = self._request()
        self._approve(request)
        desk = request.with_user(self.desk)
        payment_id = desk.recover(30, self.bank.id, "2026-03-19", reference="bank 7")
        self.assertEqual(
            desk.recover(30, self.bank.id, "2026-03-19", reference="bank 7"), payment_id
        )
        payment = self.env["account.payment"].browse(payment_id)
        self.assertEqual(payment.destination_account_id, self.bad_debt)
        self._assert_loss(bad_debt=70, receivable=0, cash=30)
        self.assertEqual(request.amount_recovered, 30)
        self.assertEqual(self.client.prepaid_balance, 0, "nobody's balance")
        self._refused("recovered already", request.with_user(self.manager).action_take_back)
        # the record keeps its account when the accountant edits the draft
        payment.action_draft()
        payment.partner_id = self._create_client("Heir")
        payment.action_post()
        self._assert_loss(bad_debt=70, cash=30)

    def test_recovery_needs_a_write_off(self):
        self._document(100, "2026-01-10")
        request = self._request()
        self._refused("requested already", request.recover, 10, self.bank.id)
        request.sudo().method = "credit_note"
        self._approve(request)
        self._refused("tax of this debt", request.recover, 10, self.bank.id)

    def test_locked_period(self):
        self._document(100, "2026-01-10")
        request = self._request(date="2026-02-10")
        self.company.fiscalyear_lock_date = "2026-02-28"
        self._refused("closed period", request.with_user(self.manager).action_approve)
        request.date = "2026-03-01"
        self._approve(request)
        self._assert_loss("2026-03-01", bad_debt=100, receivable=0)

    def test_foreign_currency(self):
        """The loss is what stands in the books; no exchange difference is made of it."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0), ("2026-03-01", 4.0)])
        invoice = self._document(100, "2026-01-10", currency_id=euro.id)
        moves = self._approve(self._request())
        self.assertEqual(len(moves), 1)
        self.assertTrue(invoice.prepaid_written_off)
        self._assert_loss(bad_debt=50, receivable=0)

    def test_branch(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.client.with_company(branch).property_account_receivable_id = self.receivable
        invoice = self._document(40, "2026-01-10", company_id=branch.id, journal_id=self.sales.id)
        own = self._document(60, "2026-01-10")
        moves = self._approve(self._request())
        self.assertEqual(moves.company_id, branch | self.company)
        self.assertEqual((invoice | own).mapped("prepaid_written_off"), [True, True])
        self._assert_loss(bad_debt=100, receivable=0)

    def test_rights(self):
        self._document(100, "2026-01-10")
        with self.assertRaises(AccessError):
            self._request(user=self.specialist)
        request = self._request()
        for vals in ({"state": "done"}, {"amount": 5}, {"move_ids": False}):
            with self.assertRaises(AccessError):
                request.write(vals)
        with self.assertRaises(AccessError):
            self._request(state="done")
        for user in (self.desk, self.accountant):
            for call in ("action_approve", "action_refuse"):
                with self.assertRaises(AccessError):
                    getattr(request.with_user(user), call)()
        request.with_user(self.books).action_approve()
        self.assertEqual(request.decided_by, self.books)

    def test_form(self):
        """The manager, who may not open invoices, sees what is written off."""
        self._document(100, "2026-01-10")
        Model = self.env["prepaid.write.off"].with_user(self.manager)
        with Form(Model.with_context(default_partner_id=self.client.id)) as form:
            form.reason = "Cannot be found"
        self.assertEqual(form.record.amount_open, 100)
