from odoo import models


class PaymentTransaction(models.Model):
    """For how long a provider's page may take the money."""

    _inherit = "payment.transaction"

    def _prepaid_hold_deadline(self):
        """Return when the seats that this payment is for are given up.

        Provider add-ons look this method up by its name, and let their page refuse the money from
        then on; none of them depends on this add-on.

        :return: UTC, the earliest of the bookings that wait; False when nothing waits
        :rtype: datetime or bool
        """
        self.ensure_one()
        waiting = self.booking_ids.filtered(lambda b: b.state == "awaiting_payment")
        return min(filter(None, waiting.mapped("deposit_deadline")), default=False)
