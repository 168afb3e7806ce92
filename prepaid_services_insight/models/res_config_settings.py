from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_forecast_sales_percent = fields.Float(
        related="company_id.prepaid_forecast_sales_percent", readonly=False
    )
    prepaid_forecast_pay_percent = fields.Float(
        related="company_id.prepaid_forecast_pay_percent", readonly=False
    )
    prepaid_forecast_other_costs = fields.Monetary(
        related="company_id.prepaid_forecast_other_costs",
        currency_field="currency_id",
        readonly=False,
    )
    prepaid_forecast_history_weeks = fields.Integer(
        related="company_id.prepaid_forecast_history_weeks", readonly=False
    )
