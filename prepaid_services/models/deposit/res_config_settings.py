from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    group_prepaid_deposit = fields.Boolean(
        "Booking deposits", implied_group="prepaid_services.group_feature_deposit"
    )
    prepaid_fee_product_id = fields.Many2one(
        related="company_id.prepaid_fee_product_id", readonly=False
    )
    prepaid_deposit_desk_confirms = fields.Boolean(
        related="company_id.prepaid_deposit_desk_confirms", readonly=False
    )
    prepaid_deposit_forgive_first = fields.Boolean(
        related="company_id.prepaid_deposit_forgive_first", readonly=False
    )
    prepaid_deposit_desk_waives = fields.Boolean(
        related="company_id.prepaid_deposit_desk_waives", readonly=False
    )
    prepaid_deposit_sms = fields.Boolean(related="company_id.prepaid_deposit_sms", readonly=False)
    prepaid_deposit_reminder_hours = fields.Float(
        related="company_id.prepaid_deposit_reminder_hours", readonly=False
    )
