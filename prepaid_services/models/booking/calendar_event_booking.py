from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CalendarEvent(models.Model):
    """Meetings and bookings follow each other: moved, archived, repeated."""

    _inherit = "calendar.event"

    # ----------------------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a meeting for a service gets a name, and its specialist's calendar."""
        return super().create([self._prepaid_complete_vals(vals) for vals in vals_list])

    def _prepaid_complete_vals(self, vals):
        """Fill name and attendees of a visit from service, clients and specialist."""
        if not vals.get("prepaid_service_id") or self.env.context.get("prepaid_no_bookings"):
            return vals
        vals = dict(vals)
        service = self.env["product.product"].browse(vals["prepaid_service_id"])
        if vals.get("start") and not (vals.get("stop") or vals.get("allday")):
            hours = vals.get("duration") or service.service_duration
            vals["stop"] = fields.Datetime.to_datetime(vals["start"]) + timedelta(hours=hours)
        if not vals.get("name"):
            clients = self.new({"prepaid_client_ids": vals.get("prepaid_client_ids")})
            vals["name"] = self._prepaid_event_name(service, clients.prepaid_client_ids._origin)
        if vals.get("user_id"):
            partner = self.env["res.users"].sudo().browse(vals["user_id"]).partner_id
            commands = [c for c in vals.get("partner_ids") or [] if c[0] in (4, 6)]
            ids = {i for c in commands for i in (c[2] if c[0] == 6 else [c[1]])}
            # The desk that books for a specialist is not an attendee
            ids.discard(self.env.user.partner_id.id)
            vals["partner_ids"] = [(6, 0, [*ids - {partner.id}, partner.id])]
        return vals

    def write(self, vals):
        """Extend: archiving a meeting cancels its bookings, restoring brings them back."""
        if "active" in vals:
            changing = self.with_context(active_test=False).filtered(
                lambda e: e.active != bool(vals["active"])
            )
        res = super().write(vals)
        if "active" in vals:
            changing._prepaid_follow_active(vals["active"])
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done_visit(self):
        """A meeting whose visits were done stays; the others lose their bookings first."""
        bookings = self.sudo().with_context(active_test=False).booking_ids
        for booking in bookings.filtered(lambda b: b.state == "done"):
            raise UserError(
                self.env._(
                    "The visit of %(client)s was done: archive the meeting instead of deleting it.",
                    client=booking.partner_id.name,
                )
            )
        bookings.filtered(lambda b: b.state in ("draft", "confirmed", "no_show")).with_context(
            prepaid_keep_event=True
        ).action_cancel(by="us")

    def copy_data(self, default=None):
        """Extend: the occurrences of a series have the seats of the first one."""
        vals_list = super().copy_data(default)
        for event, vals in zip(self, vals_list, strict=True):
            clients = event.sudo().prepaid_client_ids
            if clients and "prepaid_client_ids" not in (default or {}):
                vals["prepaid_client_ids"] = [(6, 0, clients.ids)]
        return vals_list

    # ----------------------------------------------------------------------------------
    # Bookings follow the meeting, and back
    # ----------------------------------------------------------------------------------

    def _prepaid_follow_active(self, active):
        """Cancel or restore the bookings of archived or restored meetings.

        Done visits and those cancelled before stay as they are.
        """
        bookings = self.sudo().booking_ids
        if active:
            bookings.filtered("cancelled_with_event").action_reopen()
        else:
            live = bookings.filtered(lambda b: b.state in ("draft", "confirmed"))
            live.with_context(prepaid_keep_event=True).action_cancel(by="us")
            live.cancelled_with_event = True

    def _prepaid_archive_empty(self):
        """Archive the meetings of which no seat is left: they disappear from the calendar."""
        if self.env.context.get("prepaid_keep_event"):
            return
        empty = self.exists().sudo().filtered(
            lambda e: e.active
            and e.prepaid_service_id
            and not e.booking_ids.filtered(lambda b: b.state != "cancelled")
        )
        empty.with_context(no_mail_to_attendees=True).write({"active": False})

    # ----------------------------------------------------------------------------------
    # Series
    # ----------------------------------------------------------------------------------

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        """Extend: rewriting a whole series would repeat the visits that were done."""
        if time_values or recurrence_values:
            self._prepaid_check_series(self.recurrence_id.calendar_event_ids)
        return super()._rewrite_recurrence(values, time_values, recurrence_values)

    def _update_future_events(self, values, time_values, recurrence_values):
        """Extend: see :meth:`_rewrite_recurrence`."""
        self._prepaid_check_series(self.recurrence_id._get_events_from(self.start))
        return super()._update_future_events(values, time_values, recurrence_values)

    def _prepaid_check_series(self, events):
        """Refuse to rewrite occurrences with done visits.

        :raise UserError: says which choice works
        """
        done = events.sudo().booking_ids.filtered(lambda b: b.state in ("done", "no_show"))
        if done:
            raise UserError(
                self.env._(
                    "Visits of this series are done already (the last on %(day)s). Change a later "
                    'meeting with "This and following events".',
                    day=max(done.mapped("start")).date(),
                )
            )
