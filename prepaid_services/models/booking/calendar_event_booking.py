from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ...door import inside, told
from .calendar_event_past import SCHEDULE_FIELDS
from .prepaid_booking import OPEN_STATES, SEAT_STATES, UNSETTLED_STATES

#: Changing one of these moves the seats of a meeting
SEAT_FIELDS = SCHEDULE_FIELDS | {
    "active",
    "partner_ids",
    "prepaid_client_ids",
    "prepaid_price",
    "prepaid_service_id",
    "recurrence_update",
    "recurrency",
}


class CalendarEvent(models.Model):
    """Meetings and bookings follow each other: moved, archived, given to somebody else."""

    _inherit = "calendar.event"

    # ----------------------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a meeting for a service gets a name, an end, and its specialist's calendar."""
        for vals in vals_list:
            self.env["prepaid.booking"]._check_price(vals.get("prepaid_price"))
        vals_list = [self._prepaid_complete_vals(vals) for vals in vals_list]
        quiet = self
        if any(vals.get("prepaid_service_id") for vals in vals_list):
            quiet = self.with_context(no_mail_to_attendees=True)
        return super(CalendarEvent, quiet).create(vals_list).with_env(self.env)

    def _prepaid_complete_vals(self, vals):
        """Fill name, end and attendees of a visit from service, clients and specialist."""
        if not vals.get("prepaid_service_id") or told(self.env, "prepaid_no_bookings"):
            return vals
        vals = dict(vals)
        service = self.env["product.product"].browse(vals["prepaid_service_id"])
        if not vals.get("name"):
            clients = self.new({"prepaid_client_ids": vals.get("prepaid_client_ids")})
            vals["name"] = self._prepaid_event_name(service, clients.prepaid_client_ids._origin)
        if vals.get("start") and not {"stop", "stop_date"} & set(vals):
            hours = vals.get("duration")
            length = timedelta(hours=hours) if hours else service._prepaid_duration()
            vals["stop"] = fields.Datetime.to_datetime(vals["start"]) + length
        if vals.get("user_id"):
            partner = self.env["res.users"].sudo().browse(vals["user_id"]).partner_id
            commands = [c for c in vals.get("partner_ids") or [] if c[0] in (4, 6)]
            ids = {i for c in commands for i in (c[2] if c[0] == 6 else [c[1]])}
            # The desk that books for a specialist is not an attendee
            ids.discard(self.env.user.partner_id.id)
            vals["partner_ids"] = [(6, 0, [*ids - {partner.id}, partner.id])]
        return vals

    def write(self, vals):
        """Extend: the seats follow the meeting, and nobody gets an invitation for a visit."""
        visits = self.sudo().filtered("prepaid_service_id").with_env(self.env)
        if not visits and not vals.get("prepaid_service_id"):
            return super().write(vals)
        self.env["prepaid.booking"]._check_price(vals.get("prepaid_price"))
        self = self.with_context(no_mail_to_attendees=True)
        if not SEAT_FIELDS & set(vals):
            return super().write(vals)
        self._prepaid_check_seats_access()
        with self.sudo().booking_ids.with_env(self.env)._watch(self) as watched:
            for events, values in watched._prepaid_split_past(dict(vals)):
                values = events._prepaid_write_series(values)
                if events and values:
                    follow = events._prepaid_before_write(values)
                    super(CalendarEvent, events).write(values)
                    follow()
        if "prepaid_service_id" in vals:
            self._prepaid_retitle()
        return True

    def _prepaid_before_write(self, vals):
        """Return what has to be done when these values are written."""
        changing = resized = self.browse()
        if vals.get("prepaid_service_id") and not {"stop", "stop_date", "duration"} & set(vals):
            # As long as the visits that are over took
            resized = (self - self._prepaid_with_past_visits()).filtered(
                lambda e: e.prepaid_service_id.id != vals["prepaid_service_id"]
            )
        if "active" in vals:
            visits = self.sudo().filtered("prepaid_service_id").with_env(self.env)
            changing = visits.filtered(lambda e: e.active != bool(vals["active"]))

        def follow():
            for event in resized:
                event.stop = event.start + event.prepaid_service_id._prepaid_duration()
            changing._prepaid_follow_active()

        return follow

    def _prepaid_check_seats_access(self):
        """Refuse moving the visits of others: core lets every employee write every meeting.

        :raise AccessError: the caller may not change one of the bookings
        """
        bookings = self.sudo().with_context(active_test=False).booking_ids
        if bookings and not self.env.su:
            bookings.with_env(self.env).check_access("write")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done_visit(self):
        """A meeting whose visits were done stays; the others lose their bookings first."""
        self._prepaid_check_seats_access()
        bookings = self.sudo().with_context(active_test=False).booking_ids
        for booking in bookings.filtered(lambda b: b.state == "done"):
            raise UserError(
                self.env._(
                    "The visit of %(client)s was done: archive the meeting instead of deleting it.",
                    client=booking.partner_id.name,
                )
            )
        open_ones = bookings.filtered(lambda b: b.state in UNSETTLED_STATES)
        inside(open_ones, prepaid_keep_event=True).action_cancel(by="us")

    def copy_data(self, default=None):
        """Extend: the occurrences of a series have the seats of the first one."""
        vals_list = super().copy_data(default)
        if self._prepaid_replaced() is not None:
            return vals_list  # The seats that are there move to the new occurrences
        for event, vals in zip(self, vals_list, strict=True):
            # An archived client keeps the seats that are there, and gets no new ones
            clients = event.sudo().prepaid_client_ids.filtered("active")
            if clients and "prepaid_client_ids" not in (default or {}):
                vals["prepaid_client_ids"] = [(6, 0, clients.ids)]
        return vals_list

    def copy(self, default=None):
        """Extend: *Duplicate* makes drafts at the same prices: nothing is asked or held yet."""
        if "prepaid_client_ids" in (default or {}):
            return super().copy(default)
        copies = super().copy({**(default or {}), "prepaid_client_ids": []})
        # Whoever duplicates an archived visit wants a new one
        copies.filtered("prepaid_service_id").active = True
        for event, duplicate in zip(self, copies, strict=True):
            duplicate._prepaid_copy_seats(event.sudo())
        return copies

    def _prepaid_copy_seats(self, event):
        """Give the clients of another meeting a draft here, at the same price."""
        self.ensure_one()
        seats = event.booking_ids.filtered(
            lambda b: b.state in SEAT_STATES and b.partner_id.active
        ).sorted("id")
        env = self.env(context=clean_context(self.env.context))
        env["prepaid.booking"].create(
            [
                {**self._prepare_booking_vals(seat.partner_id), "price": seat.price}
                for seat in seats
            ]
        )
        self.sudo().prepaid_own_title = event.prepaid_own_title
        self._prepaid_retitle()

    # ----------------------------------------------------------------------------------
    # Bookings follow the meeting, and back
    # ----------------------------------------------------------------------------------

    def _prepaid_follow_active(self):
        """Cancel or restore the bookings of archived or restored meetings.

        Done visits and those cancelled before stay as they are.
        """
        if self._prepaid_replaced() is not None:
            return
        bookings = self.sudo().with_context(active_test=False).booking_ids
        back = bookings.filtered(lambda b: b.cancelled_with_event and b.event_id.active)
        inside(back).action_reopen()
        live = bookings.filtered(lambda b: b.state in OPEN_STATES)
        live = live.filtered(lambda b: not b.event_id.active)
        inside(live, prepaid_keep_event=True).action_cancel(by="us")
        live.cancelled_with_event = True

    def _prepaid_archive_empty(self):
        """Archive the meetings of which no seat is left: they disappear from the calendar."""
        if told(self.env, "prepaid_keep_event"):
            return
        empty = self.exists().sudo().filtered(
            lambda e: e.active
            and e.prepaid_service_id
            and not e.booking_ids.filtered(lambda b: b.state in SEAT_STATES)
        )
        empty.write({"active": False})
