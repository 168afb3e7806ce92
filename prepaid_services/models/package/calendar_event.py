from odoo import fields, models

from ...door import public
from ...tools.groups import STAFF
from .product_product import BOOKABLE


class CalendarEvent(models.Model):
    """Packages are sold from the calendar as well."""

    _inherit = "calendar.event"

    prepaid_service_id = fields.Many2one(domain=BOOKABLE, groups=STAFF)

    @public
    def action_prepaid_sell(self):
        """Open the dialog that sells a package to the client of a meeting.

        :return: the dialog; of several clients, one is chosen there
        """
        clients = self._prepaid_money_bookings().partner_id
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_subscription_sell_action"
        )
        one = clients.id if len(clients) == 1 else False
        return {
            **action,
            "context": {"default_partner_id": one, "prepaid_client_ids": clients.ids},
        }
