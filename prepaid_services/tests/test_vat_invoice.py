from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .vat import VatCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestVatInvoice(VatCommon):
    """Policy *advance invoice*: a taxed invoice for the advance, deducted from later invoices."""

    def setUp(self):
        super().setUp()
        self.tax = self._vat_policy("advance_invoice", 19)

    def _advance_invoices(self):
        return self.env["account.move"].search(
            [("prepaid_kind", "=", "advance"), ("company_id", "=", self.company.id)], order="id"
        )

    def _assert_sound(self, balance):
        """The card shows the money with VAT: what the ledger has, and the VAT of the report."""
        self.env.flush_all()
        card = self._as_desk(self.client)
        self.client.invalidate_recordset()
        compare = self.company.currency_id.compare_amounts
        ledger = -self._ledger(self.advance, partner=self.client)
        self.assertEqual(compare(card.prepaid_balance, ledger + self._report()[3]), 0)
        self.assertEqual(compare(card.service_balance, balance), 0)
        Movement = self.env["prepaid.client.movement"]
        history = Movement.search(Movement._history_domain(self.client))
        self.assertEqual(compare(history[:1].running_balance, balance), 0)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.advance.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(compare(sum(lines.mapped("amount_residual")), -ledger), 0)

    def test_document(self):
        self._top_up(1190.0, "2026-03-05")
        invoice = self._advance_invoices()
        self.assertRecordValues(
            invoice,
            [
                {
                    "amount_total": 1190.0,
                    "amount_tax": 190.0,
                    "payment_state": "paid",
                    "state": "posted",
                }
            ],
        )
        self.assertTrue(invoice.name)
        self.assertEqual(str(invoice.date), "2026-03-05")
        self._assert_sound(1190.0)

    def test_e_invoicing_knows_advances_and_what_settles_them(self):
        """Core's hooks, which every country's e-invoice asks for the type and the link."""
        self._top_up(119.0, "2026-03-05")
        advance = self._advance_invoices()
        self.assertTrue(advance._is_downpayment())
        self._approve_credit()
        invoice = self._visit("2026-03-06", 297.5).sudo().invoice_id
        self.assertFalse(invoice._is_downpayment())
        deducted = invoice.invoice_line_ids.filtered(lambda line: line.price_subtotal < 0)
        self.assertEqual(deducted._get_downpayment_lines(), advance.invoice_line_ids)
        self.assertFalse((invoice.invoice_line_ids - deducted)._get_downpayment_lines())
        self.assertEqual(advance.invoice_line_ids._get_downpayment_lines().move_id, advance)

    def test_the_client_is_told_the_money_with_its_vat(self):
        """In a reminder, and by the start desk: net of VAT is the accountant's view."""
        self._top_up(1190.0, "2026-03-05")
        self._visit("2026-03-06", 300.0)  # less the advance: 297.5 net of 19 %
        self.env.flush_all()
        money = self.env["prepaid.reminder"].sudo()._client_money_sql(self.company)
        [[payer, amount]] = self.env.execute_query(money)
        self.assertEqual(payer, self.client.id)
        self.assertEqual(float(amount), self._as_desk(self.client).prepaid_balance)
        with freeze_time("2026-12-01 12:00:00"):
            risk = self._as_desk(self.env["prepaid.client.risk"]).search([])
            self.assertEqual(risk.value_at_risk, self._as_desk(self.client).prepaid_balance)

    def test_next_invoice_deducts_and_the_rest_is_applied(self):
        self._top_up(119.0, "2026-03-01")
        invoice = self._visit("2026-03-05", 297.5, journal_id=self.cash.id).sudo().invoice_id
        self.assertRecordValues(
            invoice, [{"amount_total": 178.5, "amount_tax": 28.5, "payment_state": "paid"}]
        )
        self.assertRecordValues(
            invoice.invoice_line_ids,
            [
                {"price_subtotal": 250.0, "tax_ids": self.tax.ids},
                {"price_subtotal": -100.0, "tax_ids": self.tax.ids},
            ],
        )
        self._assert_sound(0.0)
        self.assertEqual(self._vat()[0], 47.5)

    def test_partial_uses_are_rounded_together(self):
        for included in (True, False):
            self.tax.price_include_override = "tax_included" if included else "tax_excluded"
            self._top_up(100.0, "2026-03-01")
            for hour in (9, 11, 13):
                self._visit("2026-03-02", 33.33 if included else 28.01, hour=hour)
            self._assert_sound(0.01)
            self._as_desk(self.client).prepaid_pay_out(0.01, self.bank.id, "2026-03-03")
            self._assert_sound(0.0)
            self.assertEqual(self._report()[3:], [0.0, 0.0])
            self.assertEqual(self._ledger(self.advance), 0.0)

    def test_undone_visit(self):
        self._top_up(119.0, "2026-03-01")
        visit = self._visit("2026-03-05", 59.5)
        self._assert_sound(59.5)
        visit.action_undo_done()
        self._assert_sound(119.0)
        self.assertEqual(self._report(), [119.0, 19.0, 0.0, 19.0, 0.0])
        self._visit("2026-03-06", 119.0, hour=15)
        self._assert_sound(0.0)
        self.assertEqual(self._vat()[0], 19.0)

    def test_vat_comes_back_to_its_advance(self):
        """The report says of which advance the VAT is open again, not of the credit note."""
        self._top_up(119.0, "2026-03-01")
        self._visit("2026-03-05", 119.0).action_undo_done()
        self.env.flush_all()
        rows = self.env["prepaid.vat.movement"].search([("company_id", "=", self.company.id)])
        self.assertEqual(rows.advance_id, self._advance_invoices())
        self.assertEqual(rows.sorted("id").mapped("open"), [19.0, -19.0, 19.0])

    def test_pay_out_credits_the_advance_invoice(self):
        self._top_up(119.0, "2026-03-01")
        self._as_desk(self.client).prepaid_pay_out(59.5, self.bank.id, "2026-03-10")
        note = self._advance_invoices().reversal_move_ids
        self.assertRecordValues(
            note, [{"move_type": "out_refund", "amount_total": 59.5, "amount_tax": 9.5}]
        )
        self.assertEqual(self._vat()[0], 9.5)
        self._assert_sound(59.5)
        self.assertEqual(self._report(), [119.0, 19.0, 9.5, 9.5, 0.0])

    def test_more_than_the_balance_is_not_paid_out(self):
        self._top_up(119.0, "2026-03-01")
        self._refused("smaller", self._as_desk(self.client).prepaid_pay_out, 119.01, self.bank.id)

    def test_fee_without_vat_credits_the_advance(self):
        self._deposit(119.0, "2026-03-01")
        self._fee(119.0, "2026-03-10")
        self.assertEqual(self._vat()[0], 0.0)
        self._assert_ledger(other_income=119.0, receivable=0.0, advances=0.0)
        self._assert_sound(0.0)

    def test_fee_with_vat_deducts_it(self):
        self._deposit(119.0, "2026-03-01")
        fee = self._fee(119.0, "2026-03-10", self.tax)
        self.assertEqual(fee.amount_total, 0.0)
        self.assertEqual(self._vat()[0], 19.0)
        self._assert_ledger(other_income=100.0, receivable=0.0, advances=0.0)

    def test_posted_invoice_takes_the_balance(self):
        self._top_up(119.0, "2026-03-01")
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": "2026-03-05",
                "invoice_line_ids": [
                    Command.create({"product_id": self.service.id, "price_unit": 59.5})
                ],
            }
        )
        invoice.action_post()
        widget = invoice.invoice_outstanding_credits_debits_widget["content"]
        self.assertEqual([row["amount"] for row in widget], [119.0])
        invoice.js_assign_outstanding_line(widget[0]["id"])
        self.assertEqual(invoice.payment_state, "paid")
        self._assert_sound(59.5)
        self.assertEqual(self._vat()[0], 19.0)
        # Taken back: a plain advance, invoiced again in the night
        invoice.line_ids.remove_move_reconcile()
        self._assert_sound(119.0 - 59.5)
        self._run_crons()
        self.assertEqual(len(self._advance_invoices()), 2)
        self._assert_sound(119.0 - 59.5)
        self.assertEqual(self._report()[3], 19.0)

    def test_invoice_reset_changed_and_posted_again(self):
        self._top_up(119.0, "2026-03-01")
        invoice = self._visit("2026-03-05", 119.0).sudo().invoice_id
        invoice.button_draft()
        self._assert_sound(119.0)
        invoice.action_post()
        self._assert_sound(0.0)
        invoice.button_draft()
        self._as_desk(self.client).prepaid_pay_out(119.0, self.bank.id, "2026-03-10")
        with self.assertRaisesRegex(UserError, "deducts more"), self.env.cr.savepoint():
            invoice.action_post()
        invoice.button_cancel()
        self._assert_sound(0.0)

    def test_chargeback(self):
        payment = self._top_up(1190.0, "2026-03-01")
        self._visit("2026-03-05", 595.0)
        payment.action_cancel()
        # What was used is owed; the rest of the advance invoice is credited
        self.assertEqual(self._vat()[0], 95.0)
        self._assert_ledger(receivable=595.0, advances=0.0)
        self._assert_sound(-595.0)

    def test_payment_of_the_advance_invoice_removed(self):
        self._top_up(119.0, "2026-03-01")
        self._advance_invoices().line_ids.remove_move_reconcile()
        self.assertEqual(self._vat()[0], 0.0)
        self._assert_ledger(receivable=0.0, advances=119.0)
        self._run_crons()
        self.assertEqual(self._vat()[0], 19.0)
        self._assert_sound(119.0)

    def test_used_advance_invoice_is_not_reversed(self):
        self._top_up(119.0, "2026-03-01")
        self._visit("2026-03-05", 59.5)
        with self.assertRaisesRegex(UserError, "used already"):
            self._advance_invoices()._reverse_moves(cancel=True)

    def test_advance_invoice_reversed_by_hand(self):
        self._top_up(119.0, "2026-03-01")
        self._advance_invoices()._reverse_moves(cancel=True)
        self.assertEqual(self._vat()[0], 0.0)
        self._assert_ledger(receivable=0.0, advances=119.0)
        self._assert_sound(119.0)

    def test_package_from_the_balance(self):
        template = self._template(238.0, 2, self.tax)
        self._top_up(238.0, "2026-03-01")
        self._sell(template, date="2026-03-02", from_balance=True)
        self.assertEqual(self.package.state, "active")
        self._assert_ledger(advances=0.0, deferred=200.0, receivable=0.0)
        self._assert_sound(0.0)
        self.assertEqual(self._vat()[0], 38.0)
        self.assertEqual(self.package.amount_net, 200.0)

    def test_write_off_keeps_the_vat(self):
        self._top_up(119.0, "2026-03-01")
        self.client.with_user(self.manager).with_company(self.company).prepaid_write_off()
        self.assertEqual(self._vat()[0], 19.0)
        self._assert_ledger(advances=0.0, other_income=100.0)
        self._assert_sound(0.0)

    def test_other_tax_is_not_deducted(self):
        self._top_up(119.0, "2026-03-01")
        self.service.taxes_id = self._tax(7, True)
        invoice = self._visit("2026-03-05", 107.0).sudo().invoice_id
        self.assertEqual(invoice.amount_total, 107.0)
        self.assertEqual(invoice.payment_state, "paid")
        self._assert_sound(12.0)
        self.assertEqual(self._ledger(self.company_data["default_account_tax_sale"]), -8.92)

    def test_by_hand(self):
        self.company.prepaid_vat_balance = "on_invoice"
        payment = self._top_up(119.0, "2026-03-01")
        self.assertFalse(self._advance_invoices())
        self.assertTrue(payment.prepaid_vat_invoiceable)
        with self.assertRaises(AccessError):
            payment.with_user(self.desk).action_prepaid_advance_invoice()
        payment.action_prepaid_advance_invoice()
        self.assertEqual(self._vat()[0], 19.0)
        self._assert_sound(119.0)
        payment.invalidate_recordset()
        self.assertFalse(payment.prepaid_vat_invoiceable)
        with self.assertRaises(UserError):
            payment.action_prepaid_advance_invoice()

    def test_foreign_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5), ("2026-03-10", 0.8)])
        journal = self.env["account.journal"].create(
            {"name": "Bank EUR", "type": "bank", "code": "BEUR", "currency_id": euro.id}
        )
        self._top_up(119.0, "2026-03-01", journal=journal)
        self.assertEqual(self._advance_invoices().amount_total, 119.0)
        self.assertEqual(self._ledger(self.advance), -200.0)
        self.assertEqual(self._vat()[0], 38.0)
        self._assert_sound(238.0)
        self._as_desk(self.client).prepaid_pay_out(119.0, journal.id, "2026-03-02")
        self.assertEqual((self._ledger(self.advance), self._vat()[0]), (0.0, 0.0))

    def test_client_without_vat(self):
        self.env["account.fiscal.position"].create(
            {
                "name": "Export",
                "auto_apply": True,
                "country_id": self.env.ref("base.ch").id,
                "company_id": self.company.id,
            }
        )
        self.client.country_id = self.env.ref("base.ch")
        self._top_up(119.0, "2026-03-01")
        self._assert_sound(119.0)
