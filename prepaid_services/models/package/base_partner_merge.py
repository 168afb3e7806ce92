from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Packages follow their payer."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_payer_fields(self):
        """Extend: packages and their rows."""
        rows = ("prepaid.subscription", "prepaid.subscription.use", "prepaid.subscription.revision")
        return [*super()._prepaid_payer_fields(), *((model, "payer_id") for model in rows)]
