from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestPaymentHold(DepositCommon):
    """For how long a provider may take the money of a payment."""

    def _deadline(self, bookings):
        transaction = self.env["payment.transaction"].sudo()
        return transaction.new(
            {"booking_ids": [Command.set(bookings.ids)]}
        )._prepaid_hold_deadline()

    def test_until_the_seat_is_given_up(self):
        self._rule()
        first, second = self._book("2026-01-10"), self._book("2026-01-11")
        self.assertEqual(first.state, "awaiting_payment")
        later = first.sudo().deposit_deadline
        second.sudo().deposit_deadline = later.replace(year=2025)
        self.assertEqual(self._deadline(first), later)
        self.assertEqual(self._deadline(first | second), later.replace(year=2025))

    def test_nothing_waits(self):
        booking = self._book("2026-01-10")
        self.assertEqual(booking.state, "confirmed")
        self.assertFalse(self._deadline(booking))
        self.assertFalse(self._deadline(booking.browse()))
