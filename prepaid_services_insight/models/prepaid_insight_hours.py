from datetime import UTC, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.forecast import fit_hours
from .prepaid_insight import WEEKS

#: Who gave visits in this many weeks, or is booked, is counted as a specialist
ACTIVE_WEEKS = 13


class PrepaidInsight(models.AbstractModel):
    """Hours owed against hours free: do the sessions fit before they expire?"""

    _inherit = "prepaid.insight"

    @api.model
    def _hours(self, company, day, packages, facts):
        """Return owed and free hours, for each specialist and in all.

        Owed hours of packages that nobody's name is on belong to everybody.

        :param list[Owed] packages: see :meth:`_owed_packages`
        :param dict facts: package id -> (hours, cost) of a session
        :return: ``owed``, ``free``, ``fit`` and ``by_user``: user id -> the same three
        :rtype: dict
        """
        owed = self._owed_hours(day, packages, facts)
        free = self._free_hours(company, day)
        by_user = {
            user_id: {
                "owed": sum(owed.get(user_id, {}).values()),
                "free": sum(free.get(user_id, ())),
                "fit": fit_hours(owed.get(user_id, {}), free.get(user_id, [0.0] * WEEKS)),
            }
            for user_id in sorted({*owed, *free} - {None}, key=str)
        }
        everybody = {}
        for hours_by_week in owed.values():
            for week, hours in hours_by_week.items():
                everybody[week] = everybody.get(week, 0.0) + hours
        all_free = [sum(week) for week in zip(*free.values(), strict=True)] or [0.0] * WEEKS
        return {
            "owed": sum(everybody.values()),
            "free": sum(all_free),
            "fit": fit_hours(everybody, all_free),
            "by_user": by_user,
        }

    @api.model
    def _owed_hours(self, day, packages, facts):
        """Return the hours of sessions left: specialist -> last usable week -> hours."""
        owed = {}
        for package in packages:
            week = self._week_number(day, package.last) if package.last else None
            hours = self._sessions_ahead(package, day) * facts[package.package_id][0]
            mine = owed.setdefault(package.user_id, {})
            mine[week] = mine.get(week, 0.0) + hours
        return owed

    @api.model
    def _free_hours(self, company, day):
        """Return the free hours of each week: working hours without what is booked.

        Visits that packages pay are left out of what is booked: they are the owed hours.

        :return: user id -> a list of weeks
        :rtype: dict[int, list]
        """
        users = self._specialists(company, day)
        work = self._working_hours(company, users, day)
        busy = self._busy_hours(company, users, day)
        return {
            user.id: [
                max(hours - busy.get((user.id, week), 0.0), 0.0)
                for week, hours in enumerate(work[user.id])
            ]
            for user in users
        }

    @api.model
    def _specialists(self, company, day):
        """Return the active users who give visits."""
        rows = self._rows(
            SQL(
                """
                SELECT DISTINCT user_id FROM prepaid_booking
                 WHERE company_id IN %s AND state IN ('confirmed', 'done') AND start >= %s
                """,
                self._family_ids(company),
                self._midnight(day - timedelta(weeks=ACTIVE_WEEKS)),
            ),
            "prepaid.booking",
        )
        ids = [user_id for [user_id] in rows if user_id]
        return self.env["res.users"].sudo().browse(ids).filtered("active").sorted("name")

    @api.model
    def _working_hours(self, company, users, day):
        """Return the working hours of each week: the specialist's own, else the company's.

        :return: user id -> a list of weeks
        """
        company = company.sudo()
        start = self._day_end(company, day - timedelta(days=1)).replace(tzinfo=UTC)
        hours = {}
        calendars = {
            user: user.resource_calendar_id or company.resource_calendar_id for user in users
        }
        for calendar in set(calendars.values()):
            mine = users.filtered(lambda u, c=calendar: calendars[u] == c)
            resources = mine.resource_ids.filtered(lambda r: r.company_id == company)
            intervals = calendar._work_intervals_batch(
                start, start + timedelta(weeks=WEEKS), resources
            )
            for user in mine:
                resource = resources.filtered(lambda r, u=user: r.user_id == u)[:1]
                weeks = [0.0] * WEEKS
                for begin, end, _meta in intervals[resource.id]:
                    week = min((begin - start).days // 7, WEEKS - 1)
                    weeks[week] += (end - begin).total_seconds() / 3600.0
                hours[user.id] = weeks
        return hours

    @api.model
    def _busy_hours(self, company, users, day):
        """Return the hours of meetings: (user id, week) -> hours."""
        begin = self._day_end(company, day - timedelta(days=1))
        rows = self._rows(
            SQL(
                """
                SELECT event.user_id,
                       FLOOR(EXTRACT(EPOCH FROM event.start - %(begin)s) / 604800)::int,
                       SUM(EXTRACT(EPOCH FROM event.stop - event.start)) / 3600.0
                  FROM calendar_event event
                 WHERE event.active AND event.show_as = 'busy' AND event.allday IS NOT TRUE
                   AND event.user_id IN %(users)s
                   AND event.start >= %(begin)s AND event.start < %(end)s
                   AND NOT EXISTS (
                       SELECT FROM prepaid_booking booking
                        WHERE booking.event_id = event.id AND booking.state = 'confirmed'
                          AND booking.subscription_id IS NOT NULL
                   )
              GROUP BY 1, 2
                """,
                users=self._in_ids(users.ids),
                begin=begin,
                end=begin + timedelta(weeks=WEEKS),
            ),
            "calendar.event",
            "prepaid.booking",
        )
        return {(user_id, week): float(hours) for user_id, week, hours in rows}
