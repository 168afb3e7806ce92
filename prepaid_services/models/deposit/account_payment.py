from odoo import models

from ...door import public
from ..booking.prepaid_booking import RESERVING_STATES


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @public
    def action_post(self):
        """Override of `account`: a deposit's payment that was corrected is held again."""
        res = super().action_post()
        deposits = self.sudo().filtered(
            lambda p: p.prepaid_purpose == "deposit" and p.payment_type == "inbound"
        )
        if deposits:
            self.env["prepaid.booking"].sudo().search(
                [
                    ("deposit_payment_ids", "in", deposits.ids),
                    ("state", "in", RESERVING_STATES),
                    ("deposit_state", "=", "released"),
                ]
            )._hold_again()
        return res
