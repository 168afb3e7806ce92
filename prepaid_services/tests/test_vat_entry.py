from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .vat import VatCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestVatEntry(VatCommon):
    """Policy *advance entry*: VAT accrued when money arrives, released as it is used."""

    def setUp(self):
        super().setUp()
        self.tax = self._vat_policy("advance_entry")

    def test_entry_carries_the_tax_report(self):
        tag = self.env["account.account.tag"].create(
            {"name": "vat", "applicability": "taxes", "country_id": self.company.country_id.id}
        )
        base, vat = self.tax.invoice_repartition_line_ids
        base.tag_ids, vat.tag_ids = tag, tag
        self._top_up(1200.0, "2026-03-05")
        entry = self.env["account.move"].search(
            [("prepaid_kind", "=", "vat"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.journal_id.code, "PREP")
        self.assertRecordValues(
            entry.line_ids.sorted("id"),
            [
                {
                    "account_id": self.transit.id,
                    "balance": 200.0,
                    "tax_base_amount": 0.0,
                    "tax_tag_ids": [],
                    "tax_ids": [],
                    "tax_repartition_line_id": False,
                },
                {
                    "account_id": vat.account_id.id,
                    "balance": -200.0,
                    "tax_base_amount": -1000.0,
                    "tax_tag_ids": tag.ids,
                    "tax_ids": [],
                    "tax_repartition_line_id": vat.id,
                },
                {
                    "account_id": self.transit.id,
                    "balance": -1000.0,
                    "tax_base_amount": 0.0,
                    "tax_tag_ids": tag.ids,
                    "tax_ids": self.tax.ids,
                    "tax_repartition_line_id": False,
                },
                {
                    "account_id": self.transit.id,
                    "balance": 1000.0,
                    "tax_base_amount": 0.0,
                    "tax_tag_ids": [],
                    "tax_ids": [],
                    "tax_repartition_line_id": False,
                },
            ],
        )
        # Over the months the tax report has the sale once
        self._visit("2026-03-18", 600.0)
        lines = self.env["account.move.line"].search(
            [("tax_tag_ids", "in", tag.ids), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(sum(lines.filtered("tax_ids").mapped("balance")), -1000.0)
        self.assertEqual(sum(lines.filtered("tax_line_id").mapped("balance")), -200.0)

    def test_partial_uses_are_rounded_together(self):
        self._top_up(100.0, "2026-03-01")
        released = []
        for day, price in (("2026-03-02", 33.33), ("2026-03-03", 33.33), ("2026-03-04", 33.34)):
            self._visit(day, price)
            released.append(self._report()[2])
        self.assertEqual(released, [5.56, 11.11, 16.67])
        self.assertEqual(self._vat(), (16.68, 0.0), "three invoices of 5.56 each")
        self._assert_balance_is_ledger()

    def test_one_visit_uses_several_advances(self):
        self._top_up(60.0, "2026-03-01")
        self._top_up(60.0, "2026-03-02")
        self._visit("2026-03-03", 90.0)
        self.assertEqual(self._report(), [120.0, 20.0, 15.0, 5.0, 0.0])
        self.assertEqual(self._vat(), (20.0, 5.0))

    def test_undone_visit_accrues_again(self):
        self._top_up(120.0, "2026-03-01")
        visit = self._visit("2026-03-03", 120.0)
        self.assertEqual(self._vat(), (20.0, 0.0))
        visit.action_undo_done()
        self.assertEqual(self._vat(), (20.0, 20.0))
        self.assertEqual(self._report(), [120.0, 20.0, 0.0, 20.0, 0.0])
        self._visit("2026-03-04", 120.0, hour=12)
        self.assertEqual(self._vat(), (20.0, 0.0))
        self._assert_balance_is_ledger()

    def test_unreconciled_application(self):
        self._top_up(120.0, "2026-03-01")
        invoice = self._visit("2026-03-03", 60.0).sudo().invoice_id
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual(self._vat(), (30.0, 20.0))
        self.assertEqual(self._report()[3], 20.0)

    def test_refund_gives_the_vat_back(self):
        self._top_up(1200.0, "2026-03-01")
        self._as_desk(self.client).prepaid_pay_out(400.0, self.bank.id, "2026-03-10")
        self.assertEqual(self._vat("2026-03-09"), (200.0, 200.0))
        self.assertEqual(self._vat(), (133.33, 133.33))
        self._as_desk(self.client).prepaid_pay_out(800.0, self.bank.id, "2026-03-11")
        self.assertEqual(self._vat(), (0.0, 0.0))

    def test_chargeback_of_a_used_advance(self):
        payment = self._top_up(120.0, "2026-03-01")
        self._visit("2026-03-03", 60.0)
        payment.action_cancel()
        self.assertEqual(self._vat(), (10.0, 0.0))
        self.assertEqual(self._report()[3], 0.0)
        self._assert_ledger(receivable=60.0, advances=0.0)

    def test_payment_corrected_and_posted_again(self):
        payment = self._top_up(120.0, "2026-03-01")
        self._visit("2026-03-03", 60.0)
        payment.action_draft()
        self.assertEqual(self._vat(), (10.0, 0.0))
        payment.amount = 240.0
        payment.action_post()
        # The open invoice is paid first: only the rest is an advance
        self.assertEqual(self._vat(), (40.0, 30.0))
        self._visit("2026-03-04", 180.0, hour=15)
        self.assertEqual(self._vat(), (40.0, 0.0))

    def test_money_that_pays_a_debt_is_no_advance(self):
        self._approve_credit()
        self._visit("2026-03-01", 60.0)
        self._top_up(100.0, "2026-03-02")
        self.assertEqual(self._report(), [40.0, 6.67, 0.0, 6.67, 0.0])
        self._visit("2026-03-03", 40.0, hour=15)
        self.assertEqual(self._report()[3], 0.0)

    def test_debt_that_is_taken_back_makes_its_money_an_advance(self):
        """What had paid the visit is an advance since the visit was undone, and taxed then."""
        self._approve_credit()
        visit = self._visit("2026-03-01", 60.0)
        self._top_up(100.0, "2026-03-02")
        visit.action_undo_done()
        self.assertEqual(self._report(), [100.0, 16.67, 0.0, 16.67, 0.0])
        self.assertEqual(self._vat("2026-03-19"), (16.67, 6.67), "of the visit and of the rest")
        self.assertEqual(self._vat(), (16.67, 16.67))
        self._run_crons()
        self.assertEqual(self._report()[1], 16.67, "once")
        self._visit("2026-03-03", 100.0, hour=15)
        self.assertEqual(self._report()[3], 0.0)
        self.assertEqual(self._vat(), (16.67, 0.0))

    def test_collected_at_the_visit(self):
        self._visit("2026-03-03", 60.0, journal_id=self.cash.id)
        self.assertEqual(self._report(), [0.0] * 5)
        self.assertEqual(self._vat(), (10.0, 0.0))

    def test_write_off_keeps_the_vat(self):
        self._top_up(120.0, "2026-03-01")
        self.client.with_user(self.manager).with_company(self.company).prepaid_write_off()
        self.assertEqual(self._vat(), (20.0, 0.0))
        self._assert_ledger(advances=0.0, other_income=100.0)
        self.assertEqual(self._report()[3], 0.0)

    def test_locked_tax_period(self):
        self._top_up(120.0, "2026-02-10")
        self.company.tax_lock_date = "2026-02-28"
        self._top_up(60.0, "2026-02-20")
        self.assertEqual(self._vat("2026-02-28"), (20.0, 20.0))
        self.assertEqual(self._vat("2026-03-01"), (30.0, 30.0))

    def test_bank_line_booked_to_advances(self):
        statement = self.env["account.bank.statement.line"]
        statement.create(
            {
                "journal_id": self.bank.id,
                "date": "2026-03-02",
                "amount": 120.0,
                "partner_id": self.client.id,
                "payment_ref": "by bank",
                "counterpart_account_id": self.advance.id,
            }
        )
        self.assertEqual(self._report()[:2], [120.0, 20.0])

    def test_bank_line_moved_to_advances_later(self):
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-03-02",
                "amount": 120.0,
                "partner_id": self.client.id,
                "payment_ref": "by bank",
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.advance
        self.assertEqual(self._report()[:2], [0.0, 0.0])
        self._run_crons()
        self.assertEqual(self._report()[:2], [120.0, 20.0])
        self._run_crons()
        self.assertEqual(self._report()[:2], [120.0, 20.0], "twice does it once")

    def test_night_sets_aside_what_fails(self):
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-03-02",
                "amount": 120.0,
                "partner_id": self.client.id,
                "payment_ref": "by bank",
            }
        )
        line._seek_for_lines()[1].account_id = self.advance
        self.company.prepaid_vat_tax_id = False
        self._run_crons()
        advance = line.move_id._prepaid_advance_lines()
        self.assertIn("Tax of Advances", advance.prepaid_vat_error)
        self.company.prepaid_vat_tax_id = self.tax
        accountant = self._accountant()
        with self.assertRaises(AccessError):
            advance.with_user(self.desk).action_prepaid_vat_retry()
        advance.with_user(accountant).action_prepaid_vat_retry()
        self.assertFalse(advance.prepaid_vat_error)
        self.assertEqual(self._report()[:2], [120.0, 20.0])

    def _accountant(self):
        return new_test_user(
            self.env,
            login="vat_accountant",
            groups="base.group_user,account.group_account_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_no_tax_set(self):
        self.company.prepaid_vat_tax_id = False
        before = self._count()
        with self.assertRaises(RedirectWarning) as caught:
            self._top_up(120.0)
        self.assertIn("Tax of Advances", str(caught.exception))
        self.assertEqual(self._count(), before)

    def test_tax_without_account(self):
        self.tax.invoice_repartition_line_ids.account_id = False
        with self.assertRaisesRegex(RedirectWarning, "VAT Payable Account"):
            self._top_up(120.0)
        self.company.prepaid_vat_account_id = self.company_data["default_account_tax_sale"]
        self._top_up(120.0)
        self.assertEqual(self._vat(), (20.0, 20.0))

    def test_policy_changed_midway(self):
        self._top_up(120.0, "2026-03-01")
        self.company.prepaid_vat_balance = "on_invoice"
        self._top_up(120.0, "2026-03-02")
        self.assertEqual(self._vat(), (20.0, 20.0))
        self._visit("2026-03-03", 180.0)
        self.assertEqual(self._vat(), (30.0, 0.0))
        self.company.prepaid_vat_balance = "advance_entry"
        self._run_crons()
        self.assertEqual(self._vat(), (30.0, 0.0), "money of the time between stays as it was")

    def test_rate_changed_midway(self):
        self._top_up(120.0, "2026-03-01")
        self.company.prepaid_vat_tax_id = self._tax(10, True)
        self._visit("2026-03-03", 60.0)
        self.assertEqual(self._report(), [120.0, 20.0, 10.0, 10.0, 0.0])

    def test_earlier_money_is_left_alone(self):
        self.company.prepaid_vat_since = "2026-03-10"
        self._top_up(120.0, "2026-03-09")
        self._run_crons()
        self.assertEqual(self._vat(), (0.0, 0.0))

    def test_deposit_only(self):
        self.company.prepaid_vat_balance = "on_invoice"
        self._top_up(120.0, "2026-03-01")
        self._deposit(60.0, "2026-03-01")
        self.assertEqual(self._report()[:2], [60.0, 10.0])

    def test_foreign_currency_at_the_rate_of_the_receipt(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5), ("2026-03-10", 0.8)])
        journal = self.env["account.journal"].create(
            {"name": "Bank EUR", "type": "bank", "code": "BEUR", "currency_id": euro.id}
        )
        self._top_up(120.0, "2026-03-01", journal=journal)
        self.assertEqual(self._vat(), (40.0, 40.0))
        self._as_desk(self.client).prepaid_pay_out(60.0, journal.id, "2026-03-11")
        # Half of the advance in euro, half of its VAT
        self.assertEqual(self._vat()[1], 20.0)

    def test_other_bookings_are_shown(self):
        self._top_up(120.0, "2026-03-01")
        self.env["account.move"].create(
            {
                "date": "2026-03-05",
                "line_ids": [
                    Command.create({"account_id": self.transit.id, "debit": 7.0}),
                    Command.create({"account_id": self.income.id, "credit": 7.0}),
                ],
            }
        ).action_post()
        *_rest, still_open, difference = self._report()
        self.assertEqual((still_open, difference), (20.0, 7.0))
        self.assertEqual(self._ledger(self.transit), still_open + difference)

    def test_entries_cannot_be_reset(self):
        self._top_up(120.0, "2026-03-01")
        entry = self.env["account.move"].search(
            [("prepaid_kind", "=", "vat"), ("company_id", "=", self.company.id)]
        )
        with self.assertRaises(UserError):
            entry.button_draft()

    def test_branch_follows_its_root(self):
        branch = self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.company.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.env.cr.precommit.run()  # Core prepares a branch when it is committed
        self.desk.sudo().company_ids += branch
        client = self.client.with_user(self.desk).with_company(branch)
        client.prepaid_top_up(120.0, self.bank.id, "2026-03-01")
        self.assertEqual(self._vat(), (20.0, 20.0))
        entry = self.env["account.move"].search([("prepaid_kind", "=", "vat")], limit=1)
        self.assertEqual(entry.company_id, branch)
        self._visit("2026-03-03", 60.0)
        self.assertEqual(self._vat(), (20.0, 10.0))

    def test_another_company_is_not_concerned(self):
        other = self.setup_other_company()
        company = other["company"]
        client = self.client.with_company(company)
        client.prepaid_top_up(120.0, other["default_journal_bank"].id, "2026-03-01")
        entries = self.env["account.move"].search([("prepaid_kind", "=", "vat")])
        self.assertNotIn(company, entries.company_id)

    def test_report_is_for_accountants_and_managers(self):
        self._top_up(120.0, "2026-03-01")
        self.env.flush_all()
        report = self.env["prepaid.vat.movement"]
        with self.assertRaises(AccessError):
            report.with_user(self.desk).search([])
        rows = report.with_user(self.manager).search([("partner_id", "=", self.client.id)])
        self.assertEqual(rows.mapped("open"), [20.0])
        rows = report.with_user(self._accountant()).search([("partner_id", "=", self.client.id)])
        self.assertEqual(rows.advance_id.origin_payment_id.amount, 120.0)

    def test_choosing_a_policy_fills_what_it_needs(self):
        other = self.setup_other_company()["company"]
        self.assertFalse(other.prepaid_vat_transit_account_id)
        other.prepaid_vat_deposit = "advance_entry"
        self.assertEqual(str(other.prepaid_vat_since), "2026-03-20")
        self.assertEqual(other.prepaid_vat_tax_id, other.account_sale_tax_id)
        self.assertEqual(other.prepaid_vat_transit_account_id.account_type, "asset_current")

    def test_settings_saved_with_empty_fields(self):
        other = self.setup_other_company()["company"]
        settings = self.env["res.config.settings"].with_company(other)
        settings.create({"prepaid_vat_balance": "advance_entry"}).execute()
        self.assertEqual(other.prepaid_vat_balance, "advance_entry")
        self.assertEqual(str(other.prepaid_vat_since), "2026-03-20")
        self.assertTrue(other.prepaid_vat_tax_id and other.prepaid_vat_transit_account_id)

    def test_settings_refused(self):
        fixed = self.env["account.tax"].create(
            {"name": "5 each", "amount_type": "fixed", "amount": 5.0, "type_tax_use": "sale"}
        )
        with self.assertRaises(ValidationError):
            self.company.prepaid_vat_tax_id = fixed
        with self.assertRaises(ValidationError):
            self.company.prepaid_vat_transit_account_id = self.advance


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 12:00:00")
class TestVatUkraine(VatCommon):
    """The Ukrainian chart: its own accounts, its own tax, and storno."""

    @classmethod
    @VatCommon.setup_country("ua")
    def setUpClass(cls):
        super().setUpClass()

    def test_first_event(self):
        company = self.company
        tax = company.account_sale_tax_id
        company.write({"prepaid_vat_balance": "advance_entry", "prepaid_vat_since": "2026-01-01"})
        transit = company.prepaid_vat_transit_account_id
        self.assertEqual((transit.code, company.prepaid_vat_tax_id), ("643100", tax))
        self.service.taxes_id = tax
        payable = tax.invoice_repartition_line_ids.account_id
        self.assertEqual(payable.code, "643200")
        self._top_up(1200.0, "2026-09-05")
        lines = self.env["account.move.line"]._read_group
        turnover = [("account_id", "in", (transit + payable).ids)], [], ["debit:sum", "credit:sum"]
        unused = lines(*turnover)
        price = 600.0 if tax.price_include else 500.0
        visit = self._visit("2026-10-10", price)
        balances = [
            (
                self._ledger(transit, day),
                -self._ledger(payable, day),
                -self._ledger(self.advance, day),
            )
            for day in ("2026-09-05", "2026-10-10")
        ]
        self.assertEqual(balances, [(200.0, 200.0, 1200.0), (100.0, 200.0, 600.0)])
        # A payable account: what waits there is nothing we owe the client
        self.assertEqual(self.client.debit, 0.0)
        visit.action_undo_done()
        self.assertEqual((self._ledger(transit), -self._ledger(payable)), (200.0, 200.0))
        # Storno: the turnovers are those of an advance that was never used
        self.assertTrue(company.account_storno)
        self.assertEqual(lines(*turnover), unused)
