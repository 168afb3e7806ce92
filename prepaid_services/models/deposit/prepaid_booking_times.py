from datetime import UTC, timedelta

from odoo import fields, models

#: How far ahead a visit can be moved by the client
MOVE_DAYS = 21
#: Offered starts lie on the half hour, as in Odoo's calendar
STEP = timedelta(minutes=30)


class PrepaidBooking(models.Model):
    """The free times of the same specialist that are offered for a visit to be moved to."""

    _inherit = "prepaid.booking"

    def _portal_free_starts(self):
        """Return when the visit could start instead, within the specialist's working hours.

        Odoo's own working hours, less what ``prepaid.availability`` says about specialist and
        client.

        :return: moments in UTC, soonest first
        :rtype: list[datetime]
        """
        self.ensure_one()
        if self.user_id._prepaid_has_left():
            return []
        now = fields.Datetime.now()
        end = now + timedelta(days=MOVE_DAYS)
        length = self.stop - self.start
        busy = self._portal_busy(now, end)
        return [
            start
            for first, last in self._portal_work(now, end)
            for start in self._portal_starts(first, last, length)
            if start > now
            and start != self.start
            and not any(start < until and start + length > since for since, until in busy)
        ]

    def _portal_work(self, since, until):
        """Return the specialist's working hours, or the company's, as pairs of aware moments."""
        calendar = self.user_id.resource_calendar_id or self.company_id.resource_calendar_id
        if not calendar:
            return []
        resource = self.user_id.resource_ids.filtered(lambda r: r.calendar_id == calendar)[:1]
        intervals = calendar._work_intervals_batch(
            since.replace(tzinfo=UTC), until.replace(tzinfo=UTC), resources=resource or None
        )
        return [(start, stop) for start, stop, _meta in intervals[resource.id]]

    def _portal_starts(self, first, last, length):
        """Return the starts on the local half hour with which a visit ends within working hours.

        :param datetime first: aware, as ``last``
        :param timedelta length: of the visit
        :return: moments in UTC
        """
        past = timedelta(minutes=first.minute, seconds=first.second, microseconds=first.microsecond)
        start = (first + -past % STEP).astimezone(UTC).replace(tzinfo=None)
        last = last.astimezone(UTC).replace(tzinfo=None)
        return [start + STEP * n for n in range((last - start - length) // STEP + 1)]

    def _portal_busy(self, since, until):
        """Return when specialist or client are busy otherwise, as pairs of moments in UTC."""
        slot = self._overlap_slot()._replace(start=since, stop=until)
        found = self.env["prepaid.availability"]._collisions([slot])
        return [(collision.start, collision.stop) for collision in found]
