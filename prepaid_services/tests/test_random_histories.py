"""Any sequence of what desks and accountants do leaves card and ledger in agreement."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon
from .histories import HISTORIES

AMOUNTS = st.integers(min_value=1, max_value=40_000).map(lambda cents: cents / 100)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "top_up",
                "visit",
                "visit",
                "pay_out",
                "undo",
                "unreconcile",
                "cancel_invoice",
                "credit_invoice",
                "cancel_payment",
                "reverse_application",
            ]
        ),
        AMOUNTS,
    ),
    min_size=3,
    max_size=9,
)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestRandomHistories(PrepaidCommon):
    @HISTORIES
    @given(steps=STEPS)
    def test_card_and_ledger_agree(self, steps):
        with self.env.cr.savepoint() as savepoint:
            self._approve_credit(limit=10_000.0)
            for step, amount in steps:
                getattr(self, f"_step_{step}")(amount)
                self._assert_sound(steps)
            savepoint.rollback()
        self.env.invalidate_all()

    def _assert_sound(self, steps):
        """The card equals the ledger, no advance is overdrawn, no matching hides money."""
        self._assert_balance_is_ledger()
        self.env.flush_all()
        self.assertLessEqual(self._ledger(self.advance), 0.0, steps)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.advance.id), ("parent_state", "=", "posted")]
        )
        residual = self.company.currency_id.round(sum(lines.mapped("amount_residual")))
        self.assertEqual(residual, self._ledger(self.advance), steps)

    # -- steps ---------------------------------------------------------------------------

    def _step_top_up(self, amount):
        self._top_up(amount, "2026-01-14")

    def _step_visit(self, amount):
        self._book("2026-01-14", price=amount).action_done()

    def _step_pay_out(self, amount):
        before = self._ledger(self.advance)
        try:
            with self.env.cr.savepoint():
                self._as_desk(self.client).prepaid_pay_out(amount, self.cash.id)
        except UserError:
            self.assertGreater(amount, -before)

    def _step_undo(self, _amount):
        if done := self._done_visits()[:1]:
            done.action_undo_done()

    def _step_unreconcile(self, _amount):
        self._invoices()[:1].line_ids.remove_move_reconcile()

    def _step_cancel_invoice(self, _amount):
        self._invoices()[:1].button_cancel()

    def _step_credit_invoice(self, _amount):
        invoices = self._invoices().filtered(lambda m: m.payment_state != "reversed")
        if invoices:
            invoices[0]._reverse_moves(cancel=True)

    def _step_cancel_payment(self, _amount):
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.client.id), ("payment_type", "=", "inbound")]
        )
        # Money that was paid back already cannot be taken back from the bank as well
        spent = payments.move_id._prepaid_advance_lines().matched_debit_ids.debit_move_id.payment_id
        if not spent:
            payments.filtered(lambda p: p.state != "canceled")[:1].action_cancel()

    def _step_reverse_application(self, _amount):
        applications = self._invoices()._prepaid_applications()
        applications[:1]._reverse_moves(cancel=True)

    def _done_visits(self):
        return self._as_desk(self.env["prepaid.booking"]).search(
            [("partner_id", "=", self.client.id), ("state", "=", "done")]
        )

    def _invoices(self):
        return self.env["account.move"].search(
            [
                ("partner_id", "=", self.client.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )
