from odoo import fields, models

from ..door import public
from ..exceptions import check_one
from ..models.booking.prepaid_booking import UNCONFIRMED_STATES


class PrepaidDepositWaive(models.TransientModel):
    """One question: why is no deposit to be paid, or nothing kept of it?"""

    _name = "prepaid.deposit.waive"
    _description = "Waive a Deposit"
    _inherit = ["prepaid.dialog"]

    booking_ids = fields.Many2many("prepaid.booking", required=True, readonly=True)
    reason = fields.Char(required=True)

    @public
    def action_confirm(self):
        """Confirm open bookings without deposit; give back what was kept of the others."""
        check_one(self)
        open_ones = self.booking_ids.filtered(lambda b: b.state in UNCONFIRMED_STATES)
        open_ones.action_waive_deposit(self.reason)
        (self.booking_ids - open_ones).action_waive_fee(self.reason)
        return {"type": "ir.actions.act_window_close"}
