from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_prepaid_receivable = fields.Boolean(
        "Debts: ageing, statements, collection",
        implied_group="prepaid_services.group_feature_receivable",
    )
    prepaid_bad_debt_account_id = fields.Many2one(
        related="company_id.prepaid_bad_debt_account_id", readonly=False
    )
    prepaid_allowance_account_id = fields.Many2one(
        related="company_id.prepaid_allowance_account_id", readonly=False
    )
    prepaid_write_off_method = fields.Selection(
        related="company_id.prepaid_write_off_method", readonly=False, required=True
    )
    prepaid_statement_interval = fields.Selection(
        related="company_id.prepaid_statement_interval", readonly=False, required=True
    )
