from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_prepaid_reminder = fields.Boolean(
        "Credit & reminders", implied_group="prepaid_services.group_feature_reminder"
    )
    prepaid_reminders = fields.Boolean(related="company_id.prepaid_reminders", readonly=False)
    prepaid_reminder_gap = fields.Integer(related="company_id.prepaid_reminder_gap", readonly=False)
    prepaid_send_from = fields.Float(related="company_id.prepaid_send_from", readonly=False)
    prepaid_send_to = fields.Float(related="company_id.prepaid_send_to", readonly=False)
    prepaid_send_days = fields.Selection(
        related="company_id.prepaid_send_days", readonly=False, required=True
    )
