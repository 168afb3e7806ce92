from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_earn_policy = fields.Selection(
        related="company_id.prepaid_earn_policy", readonly=False, required=True
    )
    prepaid_package_fee_product_id = fields.Many2one(
        related="company_id.prepaid_package_fee_product_id", readonly=False
    )
