from odoo import models
from odoo.exceptions import UserError

from ...door import public


class PrepaidBooking(models.Model):
    """Clients on hold come for what they paid, and get nothing new on credit."""

    _inherit = "prepaid.booking"

    @public
    def action_confirm(self):
        """Extend: clients whose credit is on hold book what their money covers.

        :raise UserError: credit is on hold and the balance is short
        """
        # A deposit that has just been paid confirms by itself, as superuser, and stands
        asked = self.filtered(
            lambda b: b.state == "draft" or (b.state == "awaiting_payment" and not b.env.su)
        )
        result = super().action_confirm()
        asked._check_hold()
        return result

    def _check_hold(self):
        """Refuse bookings that would be on credit while it is on hold."""
        for booking in self.sudo():
            payer = booking.payer_id.with_company(booking.company_id)
            short = booking.state == "confirmed" and booking.payment_status == "short"
            if short and payer._prepaid_is_on_hold():
                if not payer._prepaid_sees_money():
                    raise UserError(payer._prepaid_short_message(0.0, 0.0))
                money = booking.currency_id.format
                raise UserError(
                    self.env._(
                        "The credit of %(client)s is on hold: %(debt)s is open. This visit lacks "
                        "%(missing)s. Take a top-up or a deposit first, or ask a manager to "
                        "release the credit.",
                        client=payer.name,
                        debt=money(max(payer.prepaid_debt, 0.0)),
                        missing=money(booking.amount_due),
                    )
                )
