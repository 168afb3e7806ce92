from odoo import models

from .prepaid_booking import PAST_STATES

#: Values of a meeting that say when and by whom its visits are given
SCHEDULE_FIELDS = {
    "allday",
    "duration",
    "start",
    "start_date",
    "stop",
    "stop_date",
    "user_id",
}
#: With these the synchronisations of Odoo mark what the other side has to be told
SYNC_MARKS = ("need_sync", "need_sync_m")


class CalendarEvent(models.Model):
    """Meetings whose visits are over stay where and whose they were.

    People are told how to take the visit back first. A synchronised calendar is stopped by no
    refusal, as it would not run again for that person: the desk gets an activity.
    """

    _inherit = "calendar.event"

    def _prepaid_with_past_visits(self):
        """Return the meetings with a visit that is done, or that its client missed."""
        past = self.sudo().booking_ids.filtered(lambda b: b.state in PAST_STATES)
        return past.event_id.with_env(self.env) & self

    def _prepaid_split_past(self, vals):
        """Return which of these meetings get which values.

        :param dict vals: values of ``write``
        :return: pairs of meetings and values
        :raise UserError: somebody moves visits that are over, or gives them to somebody else
        """
        if not SCHEDULE_FIELDS & set(vals):
            return [(self, vals)]
        past = self._prepaid_with_past_visits().filtered(lambda e: e._prepaid_reschedules(vals))
        if not past or self._prepaid_rewrites_series(vals):
            return [(self, vals)]
        visits = past.sudo().booking_ids.filtered(lambda b: b.state in PAST_STATES)
        if not self.env["prepaid.booking"]._open_watch().machine:
            raise visits[0]._past_error()
        for visit in visits:
            visit._ask_manager(
                self.env._(
                    "%(visit)s was moved in a synchronised calendar. It is over and stays as it "
                    "was here.",
                    visit=visit.display_name,
                )
            )
        kept = {name: vals[name] for name in vals if name not in SCHEDULE_FIELDS}
        kept.update(dict.fromkeys(set(SYNC_MARKS) & set(vals), True))
        return [(self - past, vals), (past, kept)]

    def _prepaid_reschedules(self, vals):
        """Return whether writing these values would move a meeting, or change its specialist."""
        self.ensure_one()
        return any(
            self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
            for name in SCHEDULE_FIELDS & set(vals)
        )

    def unlink(self):
        """Extend: a synchronised calendar that deletes a done visit archives its meeting here."""
        if not self.env.su and not self.env.context.get("dont_notify"):
            return super().unlink()
        done = self.sudo().booking_ids.filtered(lambda b: b.state == "done")
        kept = done.event_id.with_env(self.env) & self
        kept.action_archive()
        for visit in done:
            visit._ask_manager(
                self.env._(
                    "The meeting of %(visit)s was deleted in a synchronised calendar. The visit is "
                    "done and stays; undo and cancel it if it did not take place.",
                    visit=visit.display_name,
                )
            )
        (self - kept)._prepaid_note_deleted_seats()
        return super(CalendarEvent, self - kept).unlink()
