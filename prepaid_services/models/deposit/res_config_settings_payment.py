from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_portal_cancel = fields.Boolean(
        related="company_id.prepaid_portal_cancel", readonly=False
    )
    prepaid_portal_move = fields.Boolean(related="company_id.prepaid_portal_move", readonly=False)
    prepaid_portal_top_up = fields.Boolean(
        related="company_id.prepaid_portal_top_up", readonly=False
    )
    prepaid_working_hours_id = fields.Many2one(
        related="company_id.resource_calendar_id", readonly=False, string="Working Hours"
    )
