from odoo import models


class CalendarEvent(models.Model):
    """Who is written to about a visit: its clients, not the specialist who gives it."""

    _inherit = "calendar.event"

    def _prepaid_contacts(self):
        """Return whom a message about these meetings is for; empty where core decides.

        :return: clients of visits, and the attendees of the other meetings
        """
        visits = self.filtered("prepaid_service_id")
        return visits and visits.prepaid_client_ids | (self - visits).partner_ids

    def action_open_composer(self):
        """Override of `calendar`: a message about a visit goes to its clients.

        The text about a changed meeting is for attendees: theirs begins empty.
        """
        action = super().action_open_composer()
        clients = self._prepaid_contacts()
        if clients:
            action["name"] = self.env._("Contact Clients")
            action["context"] = {
                **action["context"],
                "default_partner_ids": clients.ids,
                "default_template_id": False,
            }
        return action

    def action_send_sms(self):
        """Override of `calendar_sms`, where it is installed: an SMS goes to the clients as well."""
        action = super().action_send_sms()
        clients = self._prepaid_contacts()
        if clients:
            action["context"] = {**action["context"], "default_res_ids": clients.ids}
        return action
