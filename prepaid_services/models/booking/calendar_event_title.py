from odoo import api, fields, models

from .prepaid_booking import SEAT_STATES

#: What a visit's title says; the state only when somebody loses or gets back a seat
TITLE_FIELDS = {"event_id", "partner_id", "service_id", "state"}


class CalendarEvent(models.Model):
    """The title of a visit says its service and its clients, until a person writes one."""

    _inherit = "calendar.event"

    prepaid_own_title = fields.Boolean(
        "Manual Title",
        readonly=True,
        copy=False,
        groups="prepaid_services.group_specialist",
        help="The title was edited by hand. Clear it to have it filled in automatically.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a title that comes with the meeting stays."""
        events = super().create(vals_list)
        for event, vals in zip(events.sudo(), vals_list, strict=True):
            title = vals.get("name") and event._prepaid_title()
            if title and title != vals["name"]:
                # Its seats, which came with it, have given it theirs
                event.write({"name": vals["name"], "prepaid_own_title": True})
        return events

    def write(self, vals):
        """Extend: a title that somebody writes stays, an empty one follows again."""
        if "name" not in vals or not self.sudo().filtered("prepaid_service_id"):
            return super().write(vals)
        visits = self.sudo().filtered("prepaid_service_id")
        if not vals["name"]:
            vals = {name: vals[name] for name in vals if name != "name"}
            res = super().write(vals) if vals else True
            visits.prepaid_own_title = False
            visits._prepaid_retitle()
            return res
        if "prepaid_own_title" in vals:
            return super().write(vals)
        renamed = visits.filtered(lambda event: event.name != vals["name"])
        res = super().write(vals)
        for event in renamed.exists():
            own = event.name != event._prepaid_title()
            if event.prepaid_own_title != own:
                event.prepaid_own_title = own
        return res

    def _prepaid_title(self):
        """Return the title that follows service and clients, empty when nobody has a seat."""
        self.ensure_one()
        seats = self.booking_ids.filtered(lambda b: b.state in SEAT_STATES)
        if not (seats and self.prepaid_service_id):
            return ""
        service = seats.service_id if len(seats.service_id) == 1 else self.prepaid_service_id
        return self._prepaid_event_name(service, seats.partner_id)

    def _prepaid_retitle(self):
        """Let the titles of visits follow service and clients, unless a person wrote them."""
        for event in self.sudo().exists().filtered("prepaid_service_id"):
            title = not event.prepaid_own_title and event._prepaid_title()
            if title and title != event.name:
                event.with_context(tracking_disable=True).name = title


class PrepaidBooking(models.Model):
    """Seats that change are said in the title of their meeting."""

    _inherit = "prepaid.booking"

    def write(self, vals):
        """Override: another client, service or meeting, and a seat lost or back."""
        told = TITLE_FIELDS & set(vals)
        if told == {"state"}:
            states = {vals["state"], *self.mapped("state")}
            told = told if "cancelled" in states else ()
        events = self.sudo().event_id if told else self.env["calendar.event"]
        res = super().write(vals)
        if told:
            (events | self.sudo().event_id)._prepaid_retitle()
        return res

    @api.model
    def _retitle_coming(self, domain):
        """Let the titles of coming visits follow a new name.

        :param list domain: on bookings
        """
        coming = [("start", ">=", fields.Datetime.now()), ("state", "in", SEAT_STATES)]
        self.sudo().search([*domain, *coming]).event_id._prepaid_retitle()
