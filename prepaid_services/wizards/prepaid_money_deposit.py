from odoo import fields, models


class PrepaidMoney(models.TransientModel):
    """A deposit that is paid back shows on its booking."""

    _inherit = "prepaid.money"

    deposit_booking_id = fields.Many2one("prepaid.booking", "Deposit of")

    def _move_money(self):
        """Extend: the booking remembers what was given back of its deposit."""
        payment_id = super()._move_money()
        if self.deposit_booking_id and self.direction == "pay_out":
            payment = self.env["account.payment"].browse(payment_id)
            self.deposit_booking_id._note_deposit_refund(payment)
        return payment_id
