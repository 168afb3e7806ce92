from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestPaymentHold(DepositCommon):
    """For how long a provider may take the money of a payment."""

    def _deadline(self, bookings):
        """Return what a provider is told about a payment for these bookings."""
        transaction = self.env["payment.transaction"].sudo()
        values = {
            "provider_id": self.env["payment.provider"].sudo().search([], limit=1).id,
            "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
            "reference": f"VISIT-{transaction.search_count([])}",
            "amount": 50.0,
            "currency_id": self.company.currency_id.id,
            "partner_id": self.client.id,
            "booking_ids": [Command.set(bookings.ids)],
        }
        return transaction.create(values)._prepaid_hold_deadline()

    def test_until_the_first_seat_is_given_up(self):
        self._rule()
        later, sooner = self._book("2026-01-10"), self._book("2026-01-09")
        self.assertEqual(set((later | sooner).mapped("state")), {"awaiting_payment"})
        self.assertLess(sooner.deposit_deadline, later.deposit_deadline)
        self.assertEqual(self._deadline(later), later.deposit_deadline)
        self.assertEqual(self._deadline(later | sooner), sooner.deposit_deadline)

    def test_nothing_waits(self):
        booking = self._book("2026-01-10")
        self.assertEqual(booking.state, "confirmed")
        self.assertFalse(self._deadline(booking))
        self.assertFalse(self._deadline(booking.browse()))
