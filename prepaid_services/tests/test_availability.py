from datetime import datetime

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestAvailability(PrepaidCommon):
    """When a specialist is busy, and that it is said before anything is saved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.prepaid_overlap_policy = "warn"
        cls.specialist.tz = "Europe/Kyiv"  # two hours ahead of UTC in January
        cls.colleague = cls._create_user("colleague", "prepaid_services.group_specialist")

    def _meeting(self, start="2026-01-10 10:00:00", stop="2026-01-10 11:00:00", **vals):
        user = vals.pop("user", self.specialist)
        return (
            self.env["calendar.event"]
            .with_user(user)
            .create(
                {
                    "name": "Meeting",
                    "user_id": user.id,
                    "partner_ids": [Command.set(user.partner_id.ids)],
                    "start": start,
                    "stop": stop,
                    **vals,
                }
            )
        )

    def _warning(self, **kwargs):
        booking = self._book(**kwargs)
        booking.invalidate_recordset()
        return booking.overlap_warning

    def test_all_day(self):
        """From midnight to midnight where the specialist lives."""
        self._meeting(allday=True, start_date="2026-01-10", stop_date="2026-01-11", name="Vacation")
        self.assertRegex(self._warning(hour=6), "specialist.* is busy.*Vacation")
        self.assertTrue(self._warning(day="2026-01-11", hour=20))
        self.assertTrue(self._warning(day="2026-01-09", hour=22))
        self.assertFalse(self._warning(day="2026-01-09", hour=21))
        self.assertFalse(self._warning(day="2026-01-11", hour=22))

    def test_all_day_that_is_shown_as_free(self):
        self._meeting(allday=True, start_date="2026-01-10", stop_date="2026-01-10", show_as="free")
        self.assertFalse(self._warning())

    def test_long_meeting(self):
        self._meeting("2026-01-01 08:00:00", "2026-01-20 08:00:00")
        self.assertTrue(self._warning())
        self.assertFalse(self._warning(day="2026-01-20"))

    def test_only_an_attendee(self):
        people = (self.colleague + self.specialist).partner_id
        meeting = self._meeting(user=self.colleague, partner_ids=[Command.set(people.ids)])
        booking = self._book()
        self.assertTrue(booking.overlap_warning)
        attendee = meeting.attendee_ids.filtered(
            lambda a: a.partner_id == self.specialist.partner_id
        )
        attendee.state = "declined"
        booking.invalidate_recordset()
        self.assertFalse(booking.overlap_warning)

    def test_time_off(self):
        resource = (
            self.env["resource.resource"]
            .sudo()
            .create(
                {"name": "Specialist", "user_id": self.specialist.id, "company_id": self.company.id}
            )
        )
        Leave = self.env["resource.calendar.leaves"].sudo()
        Leave.create(
            {
                "name": "A reason that is nobody's business",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": "2026-01-10 00:00:00",
                "date_to": "2026-01-11 00:00:00",
            }
        )
        warning = self._warning()
        self.assertIn("Time Off", warning)
        self.assertNotIn("nobody", warning)
        self.assertFalse(self._warning(user_id=self.colleague.id, hour=12))
        Leave.create(
            {
                "name": "Three Kings",
                "calendar_id": resource.calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-01-12 00:00:00",
                "date_to": "2026-01-12 23:59:59",
            }
        )
        self.assertIn("Three Kings", self._warning(day="2026-01-12"))

    def test_refused_by_all_of_them(self):
        self.company.prepaid_overlap_policy = "refuse"
        self._meeting(allday=True, start_date="2026-01-10", stop_date="2026-01-10")
        self._refused("busy at that time", self._book)
        people = (self.colleague + self.specialist).partner_id
        self._meeting(
            "2026-01-12 10:00:00",
            "2026-01-12 11:00:00",
            user=self.colleague,
            partner_ids=[Command.set(people.ids)],
        )
        self._refused("busy at that time", self._book, day="2026-01-12")
        booking = self._book(day="2026-01-13")
        self._refused("busy", booking.action_reschedule, "2026-01-12 10:30:00")

    def test_private_meeting_keeps_its_name(self):
        self._meeting(name="Doctor", privacy="private")
        warning = self._warning()
        self.assertTrue(warning)
        self.assertNotIn("Doctor", warning)

    def test_clients_page_offers_no_time_that_the_desk_would_warn_of(self):
        self.company.resource_calendar_id.tz = "UTC"
        booking = self._book(day="2026-01-12")
        free = booking._portal_free_starts()
        self.assertIn(datetime(2026, 1, 13, 10), free)
        self._meeting(allday=True, start_date="2026-01-13", stop_date="2026-01-13")
        people = (self.colleague + self.specialist).partner_id
        self._meeting(
            "2026-01-14 10:00:00",
            "2026-01-14 11:00:00",
            user=self.colleague,
            partner_ids=[Command.set(people.ids)],
        )
        free = booking._portal_free_starts()
        self.assertFalse([start for start in free if start.date() == datetime(2026, 1, 13).date()])
        self.assertNotIn(datetime(2026, 1, 14, 10), free)
        self.assertIn(datetime(2026, 1, 14, 13), free)

    # -- before saving -------------------------------------------------------------------

    def test_calendar_dialog(self):
        self._book(hour=10)
        view = "calendar.view_calendar_event_form_quick_create"
        Event = self._as_desk(self.env["calendar.event"]).with_context(
            default_start="2026-01-10 10:30:00", default_stop="2026-01-10 11:30:00"
        )
        with Form(Event, view=view) as form:
            form.prepaid_service_id = self.service
            form.user_id = self.colleague
            self.assertFalse(form.prepaid_overlap_warning)
            form.user_id = self.specialist
            self.assertRegex(form.prepaid_overlap_warning, "specialist.* is busy")
            form.user_id = self.colleague
            form.prepaid_client_ids.add(self.client)
            self.assertRegex(form.prepaid_overlap_warning, "Anna is already booked")
            form.user_id = self.specialist
        event = form.record
        self.assertTrue(event.prepaid_overlap_warning, "warned, but not refused; seen on the tile")
        self.company.prepaid_overlap_policy = "allow"
        event.invalidate_recordset()
        self.assertFalse(event.prepaid_overlap_warning)

    def test_looking_for_overlaps_changes_no_length(self):
        """The warning reads the end of a meeting that is only just being worked out."""
        service = self._create_service("Massage", 100.0, service_duration=1.5)
        Event = self._as_desk(self.env["calendar.event"]).with_context(
            default_start="2026-01-10 10:30:00", default_stop="2026-01-10 11:30:00"
        )
        with Form(Event, view="calendar.view_calendar_event_form_quick_create") as form:
            form.prepaid_service_id = service
            form.user_id = self.specialist
            form.prepaid_client_ids.add(self.client)
        self.assertEqual(form.record.stop, datetime(2026, 1, 10, 12))
        self.assertEqual(form.record.duration, 1.5)

    def test_booking_form(self):
        self._book(hour=10)
        with Form(self._as_desk(self.env["prepaid.booking"])) as form:
            form.partner_id = self._create_client("Clara")
            form.service_id = self.service
            form.user_id = self.specialist
            form.start = "2026-01-10 10:30:00"
            self.assertRegex(form.overlap_warning, "specialist.* is busy")
            form.start = "2026-01-10 11:00:00"
            self.assertFalse(form.overlap_warning)

    def test_done_visits_warn_of_nothing(self):
        self._approve_credit()
        first = self._book(day="2026-01-05", hour=8)
        second = self._book(day="2026-01-05", hour=8, client=self._create_client("Clara"))
        self.assertTrue(first.event_id.prepaid_overlap_warning)
        (first + second).action_cancel()
        first.action_reopen()
        first.event_id.invalidate_recordset()
        self.assertFalse(first.event_id.prepaid_overlap_warning)

    def test_a_week_costs_as_much_as_a_visit(self):
        events = self.env["calendar.event"]
        for n in range(6):
            events |= self._book(hour=8 + n).event_id
        events = self._as_desk(events)

        def queries(records):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.mapped("prepaid_overlap_warning")
            return self.cr.sql_log_count - before

        queries(events)
        few = events.browse(events[:2].ids)
        queries(few)
        self.assertEqual(queries(events), queries(few))
