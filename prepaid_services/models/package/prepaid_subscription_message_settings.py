from odoo import fields, models

from ...tools.groups import STAFF_SETTING


class ResCompany(models.Model):
    """Which messages about packages the clients of a company get."""

    _inherit = "res.company"

    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_package_messages = fields.Boolean("Messages about Packages", groups=STAFF_SETTING)
    prepaid_package_sms = fields.Boolean("Also by SMS", groups=STAFF_SETTING)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_package_messages = fields.Boolean(
        related="company_id.prepaid_package_messages", readonly=False
    )
    prepaid_package_sms = fields.Boolean(related="company_id.prepaid_package_sms", readonly=False)
