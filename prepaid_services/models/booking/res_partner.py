from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _prepaid_forget(self):
        """Extend: whether visits are paid depends on the same money."""
        self.env["prepaid.booking"].invalidate_model(["amount_due", "payment_status"], flush=False)
        return super()._prepaid_forget()
