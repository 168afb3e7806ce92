from odoo import api, fields, models

from .calendar_event_status import SEE_SEATS
from .prepaid_availability import Slot
from .prepaid_booking import OPEN_STATES


class CalendarEvent(models.Model):
    """What a visit collides with, said before it is saved and on its tile."""

    _inherit = "calendar.event"

    # Meetings of more than a day; the others are found by their start
    _prepaid_long_idx = models.Index(
        "(stop) WHERE active AND show_as = 'busy' AND stop - start > interval '1 day'"
    )

    prepaid_overlap_warning = fields.Char(
        "Overlap",
        compute="_compute_prepaid_overlap_warning",
        compute_sudo=True,
        groups=SEE_SEATS,
        help="Other meetings of the specialist or the clients at that time.",
    )

    @api.depends(
        "active",
        "booking_ids.state",
        "prepaid_client_ids",
        "prepaid_service_id",
        "start",
        "stop",
        "user_id",
    )
    def _compute_prepaid_overlap_warning(self):
        """Ask for all visits of the screen in one query, saved or not."""
        watched = self.filtered(lambda e: e._prepaid_is_watched())
        slots = [slot for event in watched for slot in event._prepaid_overlap_slots()]
        texts = self.env["prepaid.availability"]._texts(slots)
        for event in self:
            event.prepaid_overlap_warning = texts.get(event.id)

    def _prepaid_is_watched(self):
        """Return whether overlaps of this meeting matter: a visit that is still to come."""
        self.ensure_one()
        company = self.prepaid_company_id or self.env.company
        if not self.prepaid_service_id or company.prepaid_overlap_policy == "allow":
            return False
        states = set(self._origin.booking_ids.mapped("state")) - {"cancelled"}
        return self.active and (not states or bool(states & set(OPEN_STATES)))

    def _prepaid_overlap_slots(self):
        """Return the time of the specialist, and that of each client."""
        self.ensure_one()
        event_id, times = self._origin.id, (self.start, self.stop)
        clients = self.prepaid_client_ids._origin.ids
        return [
            Slot(self.id, self.user_id._origin.id, None, *times, event_id),
            *(Slot(self.id, None, client, *times, event_id) for client in clients),
        ]
