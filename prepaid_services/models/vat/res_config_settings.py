from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_prepaid_vat = fields.Boolean(
        "VAT on advances", implied_group="prepaid_services.group_feature_vat"
    )
    prepaid_vat_balance = fields.Selection(
        related="company_id.root_id.prepaid_vat_balance", readonly=False, required=True
    )
    prepaid_vat_deposit = fields.Selection(
        related="company_id.root_id.prepaid_vat_deposit", readonly=False, required=True
    )
    prepaid_vat_since = fields.Date(related="company_id.root_id.prepaid_vat_since", readonly=False)
    prepaid_vat_tax_id = fields.Many2one(
        related="company_id.root_id.prepaid_vat_tax_id", readonly=False
    )
    prepaid_vat_transit_account_id = fields.Many2one(
        related="company_id.root_id.prepaid_vat_transit_account_id", readonly=False
    )
    prepaid_vat_account_id = fields.Many2one(
        related="company_id.root_id.prepaid_vat_account_id", readonly=False
    )

    def set_values(self):
        """Override of `base`: what was left empty is filled when a policy is chosen."""
        res = super().set_values()
        self.company_id.root_id._prepaid_vat_setup()
        return res
