from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_prepaid_start = fields.Boolean(
        "Start desk", implied_group="prepaid_services.group_feature_start"
    )
    prepaid_risk_never_days = fields.Integer(
        related="company_id.prepaid_risk_never_days", readonly=False
    )
    prepaid_risk_dormant_days = fields.Integer(
        related="company_id.prepaid_risk_dormant_days", readonly=False
    )
    prepaid_risk_expiring_days = fields.Integer(
        related="company_id.prepaid_risk_expiring_days", readonly=False
    )
    prepaid_risk_pace = fields.Float(related="company_id.prepaid_risk_pace", readonly=False)
    prepaid_risk_balance_months = fields.Integer(
        related="company_id.prepaid_risk_balance_months", readonly=False
    )
    prepaid_use_reminders = fields.Boolean(
        related="company_id.prepaid_use_reminders", readonly=False
    )
    prepaid_message_sessions = fields.Integer(
        related="company_id.prepaid_message_sessions", readonly=False
    )
