from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Which messages about packages the clients of a company get."""

    _inherit = "res.company"

    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_package_messages = fields.Boolean("Messages about Packages")
    prepaid_package_sms = fields.Boolean("Also by SMS")
    prepaid_message_sessions = fields.Integer(
        "Sessions Left", default=2, help="From this number on, the client is told. 0: never."
    )
    prepaid_message_days = fields.Integer(
        "First Reminder (days before the end)", default=10, help="0: none."
    )
    prepaid_message_days_last = fields.Integer(
        "Last Reminder (days before the end)", default=1, help="0: none."
    )

    @api.constrains(
        "prepaid_message_sessions", "prepaid_message_days", "prepaid_message_days_last"
    )
    def _check_prepaid_message_numbers(self):
        """Numbers of sessions and days are zero or more."""
        names = (
            "prepaid_message_sessions",
            "prepaid_message_days",
            "prepaid_message_days_last",
        )
        for company in self:
            for name in names:
                if company[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "%(field)s must be 0 or more.",
                            field=company._fields[name]._description_string(self.env),
                        )
                    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_package_messages = fields.Boolean(
        related="company_id.prepaid_package_messages", readonly=False
    )
    prepaid_package_sms = fields.Boolean(related="company_id.prepaid_package_sms", readonly=False)
    prepaid_message_sessions = fields.Integer(
        related="company_id.prepaid_message_sessions", readonly=False
    )
    prepaid_message_days = fields.Integer(
        related="company_id.prepaid_message_days", readonly=False
    )
    prepaid_message_days_last = fields.Integer(
        related="company_id.prepaid_message_days_last", readonly=False
    )
