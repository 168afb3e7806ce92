from odoo import api, models

from ...door import public


class PrepaidBooking(models.Model):
    """Whoever books needs not be invited any more."""

    _inherit = "prepaid.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the start desk's tasks of these clients end."""
        bookings = super().create(vals_list)
        self.env["prepaid.start.task"]._close_booked(bookings)
        return bookings

    @public
    def action_reopen(self):
        """Override: a visit that is on again ends the task as well."""
        res = super().action_reopen()
        self.env["prepaid.start.task"]._close_booked(self)
        return res
