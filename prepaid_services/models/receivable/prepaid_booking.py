from odoo import fields, models


class PrepaidBooking(models.Model):
    """Visits whose debt was written off are not shown as paid."""

    _inherit = "prepaid.booking"

    payment_status = fields.Selection(selection_add=[("written_off", "Written Off")])

    def _invoice_status(self):
        """Extend: Odoo calls a written-off invoice paid."""
        due, status = super()._invoice_status()
        return due, "written_off" if self.invoice_id.prepaid_written_off else status
