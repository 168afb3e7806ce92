from odoo import fields, models


class ResCompany(models.Model):
    """Which messages about packages the clients of a company get."""

    _inherit = "res.company"

    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_package_messages = fields.Boolean("Messages about Packages")
    prepaid_package_sms = fields.Boolean("Also by SMS")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_package_messages = fields.Boolean(
        related="company_id.prepaid_package_messages", readonly=False
    )
    prepaid_package_sms = fields.Boolean(related="company_id.prepaid_package_sms", readonly=False)
