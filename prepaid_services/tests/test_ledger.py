from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestLedger(PrepaidCommon):
    def test_top_up_is_a_liability(self):
        payment = self._top_up(500.0, "2026-01-05")
        self.assertRecordValues(
            payment.move_id.line_ids.sorted("balance"),
            [
                {"account_id": self.advance.id, "balance": -500.0, "partner_id": self.client.id},
                {
                    "account_id": payment.outstanding_account_id.id,
                    "balance": 500.0,
                    "partner_id": self.client.id,
                },
            ],
        )
        self._assert_balance_is_ledger()

    def test_visit_is_paid_from_the_balance(self):
        self._top_up(500.0, "2026-01-05")
        booking = self._book("2026-01-08")
        booking.action_done()
        self.assertEqual(booking.state, "done")
        self.assertEqual(booking.payment_status, "paid")
        self._assert_ledger("2026-01-07", advances=500.0, earned=0.0, receivable=0.0)
        self._assert_ledger("2026-01-08", advances=380.0, earned=120.0, receivable=0.0)
        self._assert_balance_is_ledger()

    def test_undo_done(self):
        self._top_up(500.0, "2026-01-05")
        booking = self._book("2026-01-08")
        booking.action_done()
        booking.action_undo_done()
        self._assert_ledger(advances=500.0, earned=0.0, receivable=0.0)
        self._assert_balance_is_ledger()
        booking.action_done()
        self._assert_ledger(advances=380.0, earned=120.0, receivable=0.0)

    def test_cancelled_invoice_returns_the_money(self):
        """Case A04."""
        self._top_up(500.0, "2026-01-05")
        booking = self._book("2026-01-10", price=360.0)
        booking.action_done()
        booking.sudo().invoice_id.with_user(self.env.user).button_cancel()
        self._assert_ledger("2026-01-11", advances=140.0, receivable=-360.0)
        self._assert_ledger(advances=500.0, receivable=0.0, earned=0.0)
        self._assert_balance_is_ledger()
