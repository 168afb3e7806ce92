from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from .prepaid_booking import LIVE_STATES

#: A time that somebody asks for; what is empty is not asked. ``key`` comes back with each
#: collision, ``start`` and ``stop`` are UTC, ``event`` and ``booking`` (ids) do not count
Slot = namedtuple("Slot", "key user client start stop event booking", defaults=(None, None))
#: What is in the way: one of the ids of a booking of the client, a meeting or an absence
Collision = namedtuple("Collision", "key start stop booking event leave")
FOUND_IN = {
    "prepaid.booking": "booking",
    "calendar.event": "event",
    "resource.calendar.leaves": "leave",
}


class PrepaidAvailability(models.AbstractModel):
    """Whether specialists and clients are free: the one rule for desk, client's page and moves.

    A specialist is busy in meetings of the own and in those of others that were not declined (an
    all-day one from midnight to midnight where the specialist lives), and during time off. A
    client is busy in other visits. Meetings shown as *Available* and archived ones do not count.
    """

    _name = "prepaid.availability"
    _description = "Availability"

    @api.model
    def _collisions(self, slots):
        """Return what is in the way of these times, in one query.

        Whoever asks need not see the other calendar.

        :param list[Slot] slots: with specialist or client, and a start before the stop
        :return: collisions, of each slot those of the specialist first
        :rtype: list[Collision]
        """
        slots = [slot for slot in slots if slot.start and slot.stop and slot.start < slot.stop]
        if not slots:
            return []
        self._flush()
        wanted = SQL(", ").join(
            SQL(
                "(%s, %s::int, %s::int, %s::timestamp, %s::timestamp, %s::int, %s::int)",
                index,
                slot.user or None,
                slot.client or None,
                slot.start,
                slot.stop,
                slot.event or None,
                slot.booking or None,
            )
            for index, slot in enumerate(slots)
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH slot (key, user_id, client_id, start, stop, event_id, booking_id)
                  AS (VALUES %(wanted)s), busy AS MATERIALIZED (%(busy)s)
                SELECT slot.key, busy.start, busy.stop, NULL, busy.event_id, busy.leave_id
                  FROM slot
                  JOIN busy ON busy.user_id = slot.user_id
                   AND busy.start < slot.stop AND busy.stop > slot.start
                 WHERE busy.event_id IS DISTINCT FROM slot.event_id OR slot.event_id IS NULL
                 UNION ALL
                SELECT slot.key, visit.start, visit.stop, visit.id, NULL, NULL
                  FROM slot
                  JOIN prepaid_booking visit ON visit.partner_id = slot.client_id
                   AND visit.start < slot.stop AND visit.stop > slot.start
                 WHERE visit.state IN %(live)s
                   AND visit.id IS DISTINCT FROM slot.booking_id
                   AND (visit.event_id IS DISTINCT FROM slot.event_id OR slot.event_id IS NULL)
                """,
                wanted=wanted,
                busy=self._busy_sql(slots),
                live=LIVE_STATES,
            )
        )
        return [Collision(slots[index].key, *rest) for index, *rest in rows]

    @api.model
    def _texts(self, slots):
        """Return for each time that is taken a sentence that says by what.

        :param list[Slot] slots: see :meth:`_collisions`
        :return: key -> text
        :rtype: dict
        """
        users = {slot.key: slot.user for slot in slots if slot.user}
        first = {}
        for found in self._collisions(slots):
            first.setdefault(found.key, found)
        # Of one recordset each, so that all names are read at once
        records = {}
        for model, field in FOUND_IN.items():
            ids = {getattr(found, field) for found in first.values()} - {None}
            records[field] = {r.id: r for r in self.env[model].sudo().browse(sorted(ids))}
        return {key: self._text(found, users.get(key), records) for key, found in first.items()}

    @api.model
    def _text(self, found, user_id, records):
        """Return the sentence that says what is in the way. Time off says no reason.

        :param Collision found: in the way
        :param int user_id: the specialist
        :param dict records: field of the collision -> id -> record
        """
        if found.booking:
            other = records["booking"][found.booking]
            return self.env._(
                "%(client)s is already booked at that time: %(other)s.",
                client=other.partner_id.name,
                other=other.display_name,
            )
        if found.event:
            what = records["event"][found.event].display_name
        else:
            leave = records["leave"][found.leave]
            what = not leave.resource_id and leave.name or self.env._("Time Off")
        return self.env._(
            "%(specialist)s is busy at that time: %(meeting)s.",
            specialist=self.env["res.users"].sudo().browse(user_id).name,
            meeting=what,
        )

    @api.model
    def _flush(self):
        """Write out what :meth:`_collisions` reads."""
        self.env["prepaid.booking"].flush_model(
            ["event_id", "partner_id", "start", "state", "stop"]
        )
        self.env["calendar.event"].flush_model(
            ["active", "allday", "show_as", "start", "start_date", "stop", "stop_date", "user_id"]
        )
        self.env["calendar.attendee"].flush_model(["event_id", "partner_id", "state"])
        self.env["resource.calendar.leaves"].flush_model()
        self.env["resource.resource"].flush_model(["user_id"])

    @api.model
    def _busy_sql(self, slots):
        """Return the query of (user_id, start, stop, event_id, leave_id) around these slots."""
        users = self.env["res.users"].sudo().browse({slot.user for slot in slots if slot.user})
        people = SQL(", ").join(
            SQL("(%s, %s, %s, %s::int, %s)", *self._person_values(user)) for user in users
        )
        return SQL(
            """
            WITH person (user_id, partner_id, zone, calendar_id, company_id)
                 AS (VALUES %(people)s),
                 meeting AS MATERIALIZED (%(meetings)s)
            SELECT who.user_id, span.start, span.stop, meeting.id AS event_id,
                   NULL::int AS leave_id
              FROM meeting
              JOIN (SELECT meeting.id, person.user_id, person.zone
                      FROM meeting
                      JOIN person ON person.user_id = meeting.user_id
                     UNION
                    SELECT meeting.id, person.user_id, person.zone
                      FROM meeting
                      JOIN calendar_attendee attendee ON attendee.event_id = meeting.id
                       AND attendee.state != 'declined'
                      JOIN person ON person.partner_id = attendee.partner_id) who
                ON who.id = meeting.id
             CROSS JOIN LATERAL (
                SELECT CASE WHEN meeting.allday
                            THEN meeting.start_date::timestamp
                                 AT TIME ZONE who.zone AT TIME ZONE 'UTC'
                            ELSE meeting.start END AS start,
                       CASE WHEN meeting.allday
                            THEN (meeting.stop_date + 1)::timestamp
                                 AT TIME ZONE who.zone AT TIME ZONE 'UTC'
                            ELSE meeting.stop END AS stop) span
             UNION ALL
            %(leaves)s
            """,
            people=people or SQL("(NULL::int, NULL::int, 'UTC', NULL::int, NULL::int)"),
            meetings=self._meetings_sql(slots),
            leaves=self._leaves_sql(slots),
        )

    @api.model
    def _person_values(self, user):
        """Return who a specialist is: where the days begin, and whose holidays count."""
        calendar = user.resource_calendar_id or self.env.company.resource_calendar_id
        zone = user.tz or self.env.company._prepaid_tz()
        return user.id, user.partner_id.id, zone, calendar.id or None, user.company_id.id

    @api.model
    def _meetings_sql(self, slots):
        """Return the query of meetings around these slots, a day more on either side.

        Short ones are found by their start, the few that take longer by an index of their own.
        """
        return SQL(
            """
            SELECT id, user_id, allday, start_date, stop_date, start, stop
              FROM calendar_event
             WHERE active AND show_as = 'busy'
               AND start < %(until)s AND start >= %(since)s - interval '1 day'
             UNION
            SELECT id, user_id, allday, start_date, stop_date, start, stop
              FROM calendar_event
             WHERE active AND show_as = 'busy' AND stop - start > interval '1 day'
               AND start < %(until)s AND stop > %(since)s
            """,
            since=SQL("%s::timestamp - interval '1 day'", min(slot.start for slot in slots)),
            until=SQL("%s::timestamp + interval '1 day'", max(slot.stop for slot in slots)),
        )

    @api.model
    def _leaves_sql(self, slots):
        """Return the query of time off: of the specialist, or of all who have these hours.

        Public holidays are time off of the working hours they belong to.
        """
        return SQL(
            """
            SELECT person.user_id, away.date_from, away.date_to, NULL, away.id
              FROM person
              JOIN resource_calendar_leaves away
                ON away.date_from < %(until)s AND away.date_to > %(since)s
               AND COALESCE(away.time_type, 'leave') = 'leave'
               AND (away.resource_id IN (SELECT id FROM resource_resource
                                          WHERE user_id = person.user_id)
                    OR away.resource_id IS NULL
                       AND (away.calendar_id = person.calendar_id
                            OR away.calendar_id IS NULL
                               AND away.company_id = person.company_id))
            """,
            since=min(slot.start for slot in slots),
            until=max(slot.stop for slot in slots),
        )
