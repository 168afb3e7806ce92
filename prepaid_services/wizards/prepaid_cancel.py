from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import public
from ..exceptions import check_one


class PrepaidCancel(models.TransientModel):
    """One question: who cancels these bookings, or who did not come, and what does it cost?"""

    _name = "prepaid.cancel"
    _description = "Cancel Bookings"
    _inherit = ["prepaid.dialog"]

    booking_ids = fields.Many2many("prepaid.booking", required=True)
    no_show = fields.Boolean()
    cancelled_by = fields.Selection(
        [("client", "The client"), ("us", "We do")], required=True, default="client"
    )
    reason = fields.Char()
    effect = fields.Text("Money", compute="_compute_effect", compute_sudo=True)
    keeps = fields.Boolean(compute="_compute_effect", compute_sudo=True)
    may_waive = fields.Boolean(compute="_compute_may_waive")
    waive = fields.Boolean("Keep Nothing", help="The whole deposit returns to the balance.")
    waive_reason = fields.Char("Waived because")

    @api.depends("booking_ids", "cancelled_by", "no_show")
    def _compute_effect(self):
        """Say what happens to the money before anything does."""
        for wizard in self:
            bookings = wizard.booking_ids._for_dialog()
            effects = bookings._effects_in_turn(wizard._effect_of)
            wizard.keeps = any(effect["kept"] for effect in effects.values())
            several = len(bookings) > 1
            # Of visits without a deposit, the line that says that none was paid is left out
            wizard.effect = "\n".join(
                f"{booking.partner_id.name}: {line}" if several else line
                for booking, effect in effects.items()
                for line in effect["lines"][0 if booking.deposit_amount else 1 :]
            )

    def _effect_of(self, booking):
        """Return what ending a booking in the chosen way does to its deposit."""
        if self.no_show:
            return booking._no_show_effect()
        return booking._cancellation_effect(self.cancelled_by)

    @api.depends("booking_ids")
    def _compute_may_waive(self):
        for wizard in self:
            wizard.may_waive = all(wizard.booking_ids.mapped("may_waive_deposit"))

    @public
    def action_confirm(self):
        """Cancel the bookings, or note the no-show; offer to pay back what we cancelled."""
        check_one(self)
        waive_reason = (self.waive and self.keeps and self.waive_reason) or ""
        bookings = self.booking_ids
        if not bookings:
            raise UserError(self.env._("Choose at least one client."))
        if self.no_show:
            bookings.action_no_show(waive_reason=waive_reason)
        else:
            bookings.action_cancel(self.reason or "", self.cancelled_by, waive_reason=waive_reason)
            if self.cancelled_by == "us" and len(bookings) == 1 and self._may_pay_back(bookings):
                return bookings.action_open_refund()
        return {"type": "ir.actions.act_window_close"}

    def _may_pay_back(self, booking):
        """Return whether there is something to pay back, and the caller handles money."""
        is_desk = self.env["res.partner"]._prepaid_user_is("prepaid_services.group_front_desk")
        return is_desk and booking._deposit_refundable() > 0
