from odoo import api, fields, models

from .prepaid_reminder_use import PACKAGE_TOPICS


class PrepaidReminder(models.Model):
    """What a reminder to use what was paid for says, in the language of the client."""

    _inherit = "prepaid.reminder"

    request_url = fields.Char(
        compute="_compute_request_url",
        compute_sudo=True,
        help="The page where the client asks for a visit with one tap. Placeholder for texts.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_request_url(self):
        """The link is signed for this client."""
        for reminder in self:
            reminder.request_url = reminder.partner_id._prepaid_request_url(reminder.company_id)

    def _content(self, topic):
        """Override: all topics about packages list packages."""
        return self._content_packages() if topic in PACKAGE_TOPICS else super()._content(topic)

    def _content_packages(self):
        """Return the packages each client is told about in one message.

        :return: reminder id -> {amount_text, items_html}
        :rtype: dict
        """
        told = self.search([("lead_id", "in", self.ids)]).grouped("lead_id")
        return {
            reminder.id: {
                "amount_text": reminder.currency_id.format(reminder.amount),
                "items_html": self.env["ir.qweb"]._render(
                    "prepaid_services.reminder_packages",
                    {"packages": (reminder | told.get(reminder, self.browse()))._packages()},
                ),
            }
            for reminder in self
        }

    def _packages(self):
        """Return the packages these reminders are about."""
        return self.env["prepaid.subscription"].browse(self.mapped("res_id")).exists()

    def _content_balance(self):
        """Return the advance of each client, as it was planned: nothing has moved since.

        :return: reminder id -> {amount_text, items_html}
        :rtype: dict
        """
        return {
            reminder.id: {"amount_text": reminder.currency_id.format(reminder.amount)}
            for reminder in self
        }
