from odoo import fields, models


class PrepaidCancel(models.TransientModel):
    """One question: who cancels these bookings, and why?"""

    _name = "prepaid.cancel"
    _description = "Cancel Bookings"

    booking_ids = fields.Many2many("prepaid.booking", required=True)
    cancelled_by = fields.Selection(
        [("client", "The client"), ("us", "We do")], required=True, default="client"
    )
    reason = fields.Char()

    def action_confirm(self):
        """Cancel the bookings."""
        self.booking_ids.action_cancel(reason=self.reason or "", by=self.cancelled_by)
        return {"type": "ir.actions.act_window_close"}
