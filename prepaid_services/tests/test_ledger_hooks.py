"""Whatever a user does to an invoice or a payment, the client's balance equals the ledger."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestLedgerHooks(PrepaidCommon):
    def setUp(self):
        super().setUp()
        self.payment = self._top_up(500.0, "2026-01-05")
        self.booking = self._book("2026-01-10", price=360.0)
        self.booking.action_done()
        self.invoice = self.env["account.move"].browse(self.booking.sudo().invoice_id.id)
        self.application = self.invoice._prepaid_applications()

    # -- the application ----------------------------------------------------------------

    def test_application_entry(self):
        self.assertRecordValues(
            self.application.line_ids.sorted("balance"),
            [
                {
                    "account_id": self.receivable.id,
                    "balance": -360.0,
                    "amount_residual": 0.0,
                    "partner_id": self.client.id,
                },
                {
                    "account_id": self.advance.id,
                    "balance": 360.0,
                    "amount_residual": 0.0,
                    "partner_id": self.client.id,
                },
            ],
        )
        self.assertEqual(self.application.journal_id, self.company.prepaid_journal_id)
        self.assertEqual(self.application.date.isoformat(), "2026-01-10")
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_application_cannot_be_reset_to_draft(self):
        with self.assertRaisesRegex(UserError, "cannot be reset to draft"):
            self.application.button_draft()
        self._assert_returned(advances=140.0, receivable=0.0)

    def test_reversing_the_application_returns_the_money_once(self):
        self.application._reverse_moves(cancel=True)
        self._assert_returned(advances=500.0, receivable=360.0)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self.application.reversal_move_ids.prepaid_kind, "return")

    def test_reversal_by_the_wizard_of_accountants(self):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.application.ids
        )
        wizard.create({"journal_id": self.application.journal_id.id}).refund_moves()
        reversal = self.application.reversal_move_ids
        if reversal.state == "draft":
            reversal.action_post()
        self._assert_returned(advances=500.0, receivable=360.0)

    # -- the invoice ---------------------------------------------------------------------

    def test_unreconcile(self):
        partial = self.invoice.line_ids.matched_credit_ids
        self.invoice.js_remove_outstanding_partial(partial.id)
        self._assert_returned(advances=500.0, receivable=360.0)
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_balance_is_among_the_outstanding_credits(self):
        self.invoice.line_ids.remove_move_reconcile()
        widget = self.invoice.invoice_outstanding_credits_debits_widget
        [row] = widget["content"]
        self.assertEqual(row["amount"], 500.0)
        self.assertIn("Client balance", row["journal_name"])
        self.assertTrue(self.invoice.invoice_has_outstanding)
        self.invoice.js_assign_outstanding_line(row["id"])
        self.assertEqual(self.invoice.payment_state, "paid")
        self._assert_returned(advances=140.0, receivable=0.0)

    def test_other_credits_stay_in_the_box(self):
        """A plain payment is offered next to the balance."""
        self.invoice.line_ids.remove_move_reconcile()
        payment = self.env["account.payment"].create(
            {"partner_id": self.client.id, "amount": 50.0, "journal_id": self.bank.id}
        )
        payment.action_post()
        self.invoice.invalidate_recordset()
        amounts = [
            row["amount"]
            for row in self.invoice.invoice_outstanding_credits_debits_widget["content"]
        ]
        self.assertEqual(sorted(amounts), [50.0, 500.0])

    def test_draft_and_post_unchanged_stays_paid(self):
        self.invoice.button_draft()
        # The application waits for its invoice: meanwhile nobody spends that money
        card = self._as_desk(self.client)
        card.invalidate_recordset()
        self.assertEqual((card.prepaid_balance, card.prepaid_debt), (140.0, -360.0))
        self.invoice.action_post()
        self.assertEqual(self.invoice.payment_state, "paid")
        self._assert_returned(advances=140.0, receivable=0.0)

    def test_draft_with_new_price(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 240.0
        self.invoice.action_post()
        self._assert_returned(advances=500.0, receivable=240.0)
        row = self.invoice.invoice_outstanding_credits_debits_widget["content"][0]
        self.invoice.js_assign_outstanding_line(row["id"])
        self._assert_returned(advances=260.0, receivable=0.0)

    def test_cancel(self):
        """Case A04."""
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self._assert_ledger("2026-01-14", advances=140.0, receivable=-360.0)
        self._assert_returned(advances=500.0, receivable=0.0)

    def test_reverse_and_cancel(self):
        self.invoice._reverse_moves(cancel=True)
        self._assert_returned(advances=500.0, receivable=0.0)
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_undo_after_the_accountant_credited_the_invoice(self):
        """The visit shows that its invoice is gone; undoing it does not credit it twice."""
        self.invoice._reverse_moves(cancel=True)
        self.assertEqual(self.booking.payment_status, "not_invoiced")
        self.booking.action_undo_done()
        self._assert_returned(advances=500.0, receivable=0.0)
        self.assertEqual(self._ledger(self.income), 0.0)

    def test_full_credit_note_after_payment(self):
        """A credit note beside the application stays open: the client may use or get it."""
        refund = self.invoice._reverse_moves(
            [{"invoice_date": "2026-01-12", "date": "2026-01-12"}], cancel=False
        )
        refund.action_post()
        self._assert_balance_is_ledger()
        self.assertEqual(self._as_desk(self.client).service_balance, 500.0)

    def test_paid_by_balance_and_credit_note_is_paid(self):
        """Core would call such an invoice reversed."""
        booking = self._book("2026-01-12", price=200.0)
        self._approve_credit()
        booking.action_done()
        invoice = self.env["account.move"].browse(booking.sudo().invoice_id.id)
        self.assertEqual(invoice.payment_state, "partial")
        refund = invoice._reverse_moves([{"invoice_date": "2026-01-13"}], cancel=False)
        refund.invoice_line_ids.price_unit = 60.0
        refund.action_post()
        (invoice + refund).line_ids.filtered(
            lambda line: line.account_id == self.receivable and not line.reconciled
        ).reconcile()
        self.assertEqual(invoice.payment_state, "paid")
        self._assert_balance_is_ledger()

    # -- the payment ---------------------------------------------------------------------

    def test_cancelled_top_up_takes_applications_back(self):
        self.payment.action_cancel()
        self._assert_returned(advances=0.0, receivable=360.0)
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_top_up_in_draft_is_no_money(self):
        self.payment.action_draft()
        self._assert_returned(advances=0.0, receivable=360.0)
        self.payment.action_post()
        self._assert_returned(advances=140.0, receivable=0.0)
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_reversed_top_up_is_a_chargeback(self):
        self.payment.move_id._reverse_moves(cancel=True)
        self._assert_returned(advances=0.0, receivable=360.0)

    def test_partner_of_a_draft_top_up_changed(self):
        """Core would lose the outstanding account, and with it the journal entry."""
        other = self._create_client("Olga")
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.client.id,
                "amount": 70.0,
                "journal_id": self.bank.id,
                "prepaid_topup": True,
            }
        )
        payment.partner_id = other
        payment.journal_id = self.cash
        payment.action_post()
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(self._as_desk(other).prepaid_balance, 70.0)

    def test_top_up_by_an_accountant_in_the_payment_form(self):
        payments = self.env["account.payment"].with_context(
            default_payment_type="inbound", default_partner_type="customer"
        )
        with Form(payments) as form:
            form.partner_id = self.client
            form.journal_id = self.bank
            form.amount = 80.0
            form.prepaid_topup = True
        form.record.action_post()
        self._assert_returned(advances=220.0, receivable=0.0)

    def test_fee_line_of_a_top_up_is_kept(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.client.id,
                "amount": 98.0,
                "journal_id": self.bank.id,
                "prepaid_topup": True,
                "write_off_line_vals": [
                    {
                        "name": "Bank fee",
                        "account_id": self.company_data["default_account_expense"].id,
                        "balance": 2.0,
                        "amount_currency": 2.0,
                        "currency_id": self.company.currency_id.id,
                    }
                ],
            }
        )
        payment.action_post()
        payment.action_draft()
        payment.amount = 98.5
        payment.action_post()
        self.assertEqual(len(payment.move_id.line_ids), 3)
        self._assert_balance_is_ledger()

    # -- the bank ------------------------------------------------------------------------

    def test_bank_line_counts_like_a_top_up(self):
        self._approve_credit()
        self._book("2026-01-12", price=200.0).action_done()
        self._assert_ledger(receivable=60.0)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-01-14",
                "payment_ref": "Anna",
                "partner_id": self.client.id,
                "amount": 100.0,
                "counterpart_account_id": self.advance.id,
            }
        )
        self._assert_returned(advances=40.0, receivable=0.0)

    # -- debts first -----------------------------------------------------------------------

    def test_new_money_pays_the_oldest_debt(self):
        self._approve_credit()
        first = self._book("2026-01-11", price=200.0)
        second = self._book("2026-01-12", price=45.0)
        (first + second).action_done()
        self._assert_ledger(receivable=105.0)
        self._top_up(100.0, "2026-01-14")
        self.assertEqual((first.amount_due, second.amount_due), (0.0, 5.0))
        self._assert_returned(advances=0.0, receivable=5.0)

    def test_new_money_leaves_debts_when_switched_off(self):
        self.company.prepaid_debts_first = False
        self._approve_credit()
        self._book("2026-01-11", price=200.0).action_done()
        self._top_up(100.0, "2026-01-14")
        self._assert_returned(advances=100.0, receivable=60.0)

    # -- foreign currency ------------------------------------------------------------------

    def test_invoice_at_the_rate_of_the_advance(self):
        """Case X04: the advance keeps its rate (IFRIC 22), nothing is gained or lost."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.8), ("2026-01-08", 0.75)])
        journal = self.env["account.journal"].create(
            {"name": "Bank EUR", "type": "bank", "code": "BEUR", "currency_id": euro.id}
        )
        client = self._create_client("Erika")
        self._top_up(96.0, "2026-01-02", client=client, journal=journal)
        self.assertEqual(self._as_desk(client).prepaid_balance, 120.0)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "currency_id": euro.id,
                "invoice_date": "2026-01-10",
                "invoice_currency_rate": 0.8,
                "invoice_line_ids": [
                    Command.create({"product_id": self.service.id, "price_unit": 48.0})
                ],
            }
        )
        invoice.action_post()
        row = invoice.invoice_outstanding_credits_debits_widget["content"][0]
        invoice.js_assign_outstanding_line(row["id"])
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._as_desk(client).service_balance, 60.0)
        self._assert_balance_is_ledger(client)

    # -- helpers -------------------------------------------------------------------------

    def _assert_returned(self, advances, receivable):
        """Check ledger and card, and that no matching hides money: residuals agree."""
        self._assert_ledger(advances=advances, receivable=receivable)
        self._assert_balance_is_ledger()
        self.env.flush_all()
        open_lines = self.env["account.move.line"].search(
            [("account_id", "=", self.advance.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(-sum(open_lines.mapped("amount_residual")), advances)
