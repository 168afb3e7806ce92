from odoo import fields, models


class PrepaidMoney(models.TransientModel):
    """A deposit that is paid back shows on its booking."""

    _inherit = "prepaid.money"

    deposit_booking_id = fields.Many2one("prepaid.booking", "Deposit of")

    def _move_money(self):
        """Extend: the booking remembers what was given back of its deposit."""
        booking = self.deposit_booking_id
        booking.check_access("write")
        payment_id = super()._move_money()
        payer = self.partner_id.commercial_partner_id
        if booking.payer_id == payer and self.direction == "pay_out":
            booking._note_deposit_refund(self.env["account.payment"].browse(payment_id))
        return payment_id
