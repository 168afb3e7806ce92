from odoo import api, models
from odoo.exceptions import UserError

from ...door import inside, telling, told
from .prepaid_booking import OPEN_STATES, PAST_STATES

#: What is written on the occurrences as they are; core would replace them by new ones
PLAIN_FIELDS = {
    "partner_ids",
    "prepaid_client_ids",
    "prepaid_price",
    "prepaid_service_id",
    "user_id",
}
SPECIALIST_FIELDS = ("partner_ids", "user_id")


class SeriesKey(tuple):
    """Which occurrences are being replaced: a caller's context cannot hold one."""


class CalendarEvent(models.Model):
    """Repeated meetings. A changed series keeps its bookings: core replaces the meetings."""

    _inherit = "calendar.event"

    def _prepaid_write_series(self, vals):
        """Write what concerns the seats of a series, and return what is left for core.

        Core archives the occurrences of a series that is moved and creates others; the bookings
        of the old ones move to the new ones (see ``calendar.recurrence._apply_recurrence``).

        :param dict vals: values of ``write``
        :return: the values that core still has to write, empty when nothing is left
        """
        if not self._prepaid_rewrites_series(vals) or self._prepaid_replaced() is not None:
            return vals
        setting = vals["recurrence_update"]
        plain = {name: vals.pop(name) for name in PLAIN_FIELDS & set(vals)}
        if plain:
            events = self.recurrence_id.calendar_event_ids
            if setting == "future_events":
                events = events.filtered(lambda e: e.start >= self.start)
            past = events._prepaid_with_past_visits()
            (events - past).write(plain)
            # Whoever gave the visits that are over stays their specialist
            past.write({name: plain[name] for name in plain if name not in SPECIALIST_FIELDS})
        if set(vals) == {"recurrence_update"}:
            return {}
        if vals.get("recurrency") is not False:
            telling(self, prepaid_series=self._prepaid_series_key(setting)).write(vals)
            return {}
        return vals

    @api.model
    def _prepaid_replaced(self):
        """Return which occurrences are being replaced in this call, None outside of one."""
        key = told(self.env, "prepaid_series")
        return key if isinstance(key, SeriesKey) else None

    def _prepaid_rewrites_series(self, vals):
        """Return whether these values are written on several occurrences of a series."""
        several = vals.get("recurrence_update") in ("all_events", "future_events")
        return several and len(self) == 1 and bool(self.recurrence_id)

    def _prepaid_series_key(self, setting):
        """Return which occurrences are about to be replaced.

        :return: ids of the meetings, archived ones included, and id and start of the first one
        """
        recurrence = self.recurrence_id
        base = recurrence.base_event_id or recurrence._get_first_event(include_outliers=False)
        events = recurrence.with_context(active_test=False).calendar_event_ids
        if setting == "future_events":
            base = self
            events = events.filtered(lambda e: e.start >= self.start)
        return SeriesKey((event.id, event.start) for event in base | events)

    def _prepaid_take_seats(self, key):
        """Move the seats of replaced occurrences to these ones.

        An old meeting finds the new one at its time plus the shift of the first meeting; when the
        rule changed, the others pair up in their order. New meetings beyond that get the clients
        of the first one; seats for which no meeting is left are cancelled.

        :param tuple key: see :meth:`_prepaid_series_key`
        """
        starts = dict(key)
        old = self.browse(starts).sudo().with_context(active_test=False).exists()
        first = old[:1]
        shift = first.start - starts[first.id]
        by_start = {event.start: event for event in self.sudo()}
        pairs = {event: by_start.get(starts[event.id] + shift) for event in old}
        taken = {event for event in pairs.values() if event}
        free = iter([e for e in self.sudo().sorted("start") if e not in taken])
        for event in old.filtered("prepaid_client_ids").sorted(lambda e: starts[e.id]):
            target = pairs[event] or next(free, None)
            event._prepaid_move_seats(target or event.browse())
        for event in free:
            if not event.booking_ids:
                event.prepaid_client_ids = first.prepaid_client_ids.filtered("active")
        if first.prepaid_own_title:
            self.sudo().prepaid_own_title = True
        self._prepaid_archive_empty()

    def _prepaid_move_seats(self, target):
        """Move the open seats of a meeting to another one, or cancel them when there is none."""
        bookings = self.booking_ids.filtered(lambda b: b.state in OPEN_STATES)
        if not target:
            inside(bookings, prepaid_keep_event=True).action_cancel(by="us")
        for booking in bookings if target != self else ():
            booking.write(
                {
                    "event_id": target.id,
                    "service_id": booking.service_id.id,
                    "price": booking.price,
                }
            )

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
        done = events.sudo().booking_ids.filtered(lambda b: b.state in PAST_STATES)
        if done:
            raise UserError(
                self.env._(
                    "Visits of this series are done already (the last on %(day)s). Change a later "
                    'meeting with "This and following events".',
                    day=max(done.mapped("start")).date(),
                )
            )


class CalendarRecurrence(models.Model):
    _inherit = "calendar.recurrence"

    def _apply_recurrence(
        self, specific_values_creation=None, no_send_edit=False, generic_values_creation=None
    ):
        """Extend: the bookings of replaced occurrences move to the new ones."""
        key = self.env["calendar.event"]._prepaid_replaced()
        lost = self.calendar_event_ids._prepaid_pop_deleted_seats() if key is None else {}
        # The new occurrences begin without seats when there are some to move
        recurrences = telling(self, prepaid_series=SeriesKey()) if lost else self
        detached = super(CalendarRecurrence, recurrences)._apply_recurrence(
            specific_values_creation, no_send_edit, generic_values_creation
        )
        if key:
            self.calendar_event_ids._prepaid_take_seats(key)
        elif lost:
            self.calendar_event_ids._prepaid_take_deleted_seats(lost)
        return detached.with_env(self.env)
