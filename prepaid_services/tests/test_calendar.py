from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .calendar_common import CalendarMaker
from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestCalendar(CalendarMaker, PrepaidCommon):
    """Meetings of the calendar and bookings follow each other. All by the front desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clara = cls._create_client("Clara")
        cls.other_specialist = cls._create_user("other", "prepaid_services.group_specialist")
        cls.pedicure = cls._create_service("Pedicure", 80.0, service_duration=0.5)

    # -- one meeting ---------------------------------------------------------------------

    def test_meeting_with_a_duration_of_its_own(self):
        event = self._meet(duration=1.5)
        self.assertEqual(event.stop, datetime(2026, 1, 6, 11, 30))
        self.assertEqual(event.booking_ids.stop, event.stop)

    def test_meeting_makes_bookings(self):
        event = self._meet(self.client + self.clara)
        self.assertEqual(event.stop, self.tuesday + timedelta(hours=1))
        self.assertEqual(event.prepaid_price, 120.0)
        self.assertRecordValues(
            event.booking_ids.sorted("id"),
            [
                {
                    "partner_id": client.id,
                    "state": "confirmed",
                    "price": 120.0,
                    "service_id": self.service.id,
                    "user_id": self.specialist.id,
                    "start": self.tuesday,
                    "stop": event.stop,
                    "company_id": self.company.id,
                }
                for client in (self.client, self.clara)
            ],
        )
        self.assertEqual(event.partner_ids, self.specialist.partner_id)
        self.assertIn("Manicure", event.name)

    def test_each_seat_has_its_own_price(self):
        event = self._meet(self.client + self.clara)
        event.booking_ids[0].price = 99.0
        event.start = self.tuesday + timedelta(hours=2)
        self.assertEqual(sorted(event.booking_ids.mapped("price")), [99.0, 120.0])

    def test_nobody_gets_an_invitation(self):
        """Clients and specialist: the salon has its own messages."""
        before = self.env["mail.mail"].search_count([])
        messages = self.env["mail.message"].search_count([("message_type", "!=", "notification")])
        event = self._meet(self.client + self.clara)
        event.write({"start": self.tuesday + timedelta(hours=3)})
        event.write({"user_id": self.other_specialist.id})
        self._series()
        self._book("2026-01-09")
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(
            self.env["mail.message"].search_count([("message_type", "!=", "notification")]),
            messages,
        )

    def test_moved_meeting_moves_its_bookings_and_back(self):
        event = self._meet(self.client + self.clara)
        later = self.tuesday + timedelta(days=1, hours=3)
        event.write({"start": later, "stop": later + timedelta(hours=2)})
        self.assertEqual(set(event.booking_ids.mapped("start")), {later})
        self.assertEqual(set(event.booking_ids.mapped("stop")), {later + timedelta(hours=2)})
        # Back: the duration is kept when only the start is given
        event.booking_ids[0].start = self.tuesday
        self.assertEqual(event.start, self.tuesday)
        self.assertEqual(event.stop, self.tuesday + timedelta(hours=2))
        self.assertEqual(set(event.booking_ids.mapped("stop")), {event.stop})
        event.booking_ids[0].write(
            {"start": self.tuesday + timedelta(hours=1), "stop": self.tuesday + timedelta(hours=2)}
        )
        self.assertEqual(event.duration, 1.0)

    def test_lone_booking_moves_with_its_meeting(self):
        booking = self._book("2026-01-10", hour=10)
        booking.start = datetime(2026, 1, 11, 15)
        self.assertEqual(booking.event_id.start, datetime(2026, 1, 11, 15))
        self.assertEqual(booking.stop, datetime(2026, 1, 11, 16))
        self.assertEqual(booking.event_id.stop, booking.stop)

    def test_specialist_change_changes_the_calendar(self):
        event = self._meet()
        event.user_id = self.other_specialist
        self.assertEqual(event.booking_ids.user_id, self.other_specialist)
        self.assertEqual(event.partner_ids, self.other_specialist.partner_id)
        event.booking_ids.user_id = self.specialist
        self.assertEqual(event.user_id, self.specialist)
        self.assertEqual(event.partner_ids, self.specialist.partner_id)

    def test_archive_and_restore(self):
        event = self._meet(self.client + self.clara)
        early = event.booking_ids.filtered(lambda b: b.partner_id == self.clara)
        early.action_cancel("ill")
        self.assertTrue(event.active)
        event.action_archive()
        self.assertEqual(set(event.booking_ids.mapped("state")), {"cancelled"})
        event.action_unarchive()
        self.assertRecordValues(
            event.booking_ids.sorted("id"), [{"state": "confirmed"}, {"state": "cancelled"}]
        )

    def test_last_cancelled_booking_archives_the_meeting(self):
        event = self._meet()
        event.booking_ids.action_cancel("ill")
        self.assertFalse(event.active)
        event.booking_ids.action_reopen()
        self.assertTrue(event.active)
        self.assertEqual(event.booking_ids.state, "confirmed")
        self.assertEqual(len(event.booking_ids), 1)

    def test_archived_meeting_gets_no_clients(self):
        """Nobody would see that they come; its duplicate is a new meeting."""
        event = self._meet(self.client)
        event.active = False
        with self.assertRaisesRegex(UserError, "is archived. Restore it first"):
            event.prepaid_client_ids = [Command.link(self.clara.id)]
        event.invalidate_recordset()
        self.assertTrue(event.copy().active)
        event.active = True
        event.prepaid_client_ids = [Command.link(self.clara.id)]
        self.assertIn(self.clara, event.booking_ids.partner_id)

    def test_clients_are_added_and_removed(self):
        event = self._meet()
        event.prepaid_client_ids = [Command.link(self.clara.id)]
        self.assertEqual(event.booking_ids.partner_id, self.client + self.clara)
        event.prepaid_client_ids = [Command.unlink(self.client.id)]
        self.assertEqual(event.prepaid_client_ids, self.clara)
        self.assertEqual(self._bookings("cancelled").partner_id, self.client)
        # The same client again gets a fresh seat
        event.prepaid_client_ids = [Command.set((self.client + self.clara).ids)]
        self.assertEqual(len(self._bookings()), 2)

    def test_client_without_service_is_refused(self):
        with self.assertRaisesRegex(UserError, "service"):
            self._meet(
                name="x", prepaid_service_id=False, stop=self.tuesday + timedelta(hours=1)
            )

    def test_other_service(self):
        """The bookings that are not finished get the new service and its price."""
        event = self._meet()
        event.prepaid_service_id = self.pedicure
        self.assertEqual(event.booking_ids.service_id, self.pedicure)
        self.assertEqual(event.booking_ids.price, 80.0)
        self.assertEqual(event.booking_ids.stop, self.tuesday + timedelta(minutes=30))

    def test_other_service_leaves_done_visits(self):
        self._top_up(500.0)
        event = self._meet(self.client + self.clara)
        done = event.booking_ids.filtered(lambda b: b.partner_id == self.client)
        done.action_done()
        event.prepaid_service_id = self.pedicure
        self.assertEqual((done.service_id, done.price), (self.service, 120.0))
        self.assertEqual((event.booking_ids - done).service_id, self.pedicure)

    def test_meeting_with_done_visits_is_not_deleted(self):
        self._top_up(500.0)
        event = self._meet(self.client + self.clara)
        event.booking_ids.filtered(lambda b: b.partner_id == self.client).action_done()
        with self.assertRaisesRegex(UserError, "done"):
            event.unlink()
        with self.assertRaisesRegex(UserError, "[Dd]one"):
            event.prepaid_client_ids = [Command.clear()]
        event.action_archive()
        self.assertEqual(self._bookings("done").partner_id, self.client)
        self.assertEqual(self._bookings("cancelled").partner_id, self.clara)

    def test_deleted_meeting_cancels(self):
        event = self._meet()
        booking = event.booking_ids
        event.unlink()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.start, self.tuesday)

    def test_private_meetings_do_not_stop_the_desk(self):
        """Neither a private visit, nor a specialist whose calendar is private by default."""
        self.specialist.with_user(self.specialist).calendar_default_privacy = "private"
        event = self._meet()
        series = self._series(start=self.tuesday + timedelta(hours=2))
        self.env.invalidate_all()
        self.assertIn("Manicure", event.name)
        event.write({"start": self.tuesday + timedelta(hours=1)})
        self.assertEqual(event.booking_ids.start, self.tuesday + timedelta(hours=1))
        event.prepaid_client_ids = [Command.link(self.clara.id)]
        self.assertEqual(len(event.booking_ids), 2)
        self.assertEqual(len(series.booking_ids), 8)
        booking = event.booking_ids[0]
        booking.action_cancel()
        # What is not a visit stays private
        dentist = (
            self.env["calendar.event"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "Dentist",
                    "start": self.tuesday,
                    "stop": self.tuesday + timedelta(hours=1),
                    "privacy": "private",
                }
            )
        )
        self.env.invalidate_all()
        self.assertEqual(dentist.with_user(self.desk).name, "Busy")
        with self.assertRaises(AccessError):
            dentist.with_user(self.desk).name = "x"

    def test_specialist_books_for_oneself_only(self):
        event = self._meet(user=self.specialist)
        self.assertEqual(event.booking_ids.state, "confirmed")
        event.start = self.tuesday + timedelta(hours=1)
        self.assertEqual(event.booking_ids.start, self.tuesday + timedelta(hours=1))
        with self.assertRaises(AccessError):
            self._meet(user=self.other_specialist)
        booking = event.booking_ids
        stranger = event.with_user(self.other_specialist)
        for call in (
            lambda: stranger.write({"prepaid_client_ids": [Command.link(self.clara.id)]}),
            lambda: stranger.write({"prepaid_client_ids": [Command.clear()]}),
            lambda: booking.with_user(self.other_specialist).action_cancel(),
            lambda: stranger.action_archive(),
            lambda: stranger.write({"start": self.tuesday + timedelta(hours=5)}),
            lambda: stranger.unlink(),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(event.booking_ids.state, "confirmed")
        self.assertEqual(event.booking_ids.start, self.tuesday + timedelta(hours=1))

    # -- series --------------------------------------------------------------------------

    def test_series_makes_its_bookings(self):
        events = self._series(self.client + self.clara)
        self.assertEqual(len(events), 8)
        bookings = self._bookings()
        self.assertEqual(len(bookings), 16)
        self.assertEqual(set(bookings.mapped("price")), {120.0})
        self.assertEqual(
            sorted(set(bookings.mapped("start"))),
            [self.tuesday + timedelta(weeks=week) for week in range(8)],
        )

    def test_series_all_moved(self):
        events = self._series()
        bookings = self._bookings()
        bookings[2].price = 99.0
        shift = timedelta(hours=1)
        events[0].write(
            {
                "recurrence_update": "all_events",
                "start": self.tuesday + shift,
                "stop": self.tuesday + shift + timedelta(hours=1),
            }
        )
        self.assertEqual(self._bookings(), bookings, "the same bookings, moved")
        self.assertEqual(
            bookings.mapped("start"),
            [self.tuesday + shift + timedelta(weeks=week) for week in range(8)],
        )
        self.assertEqual(bookings[2].price, 99.0)
        self.assertFalse(self._bookings("cancelled"))

    def test_series_following_moved(self):
        self._top_up(500.0)
        events = self._series()
        bookings = self._bookings()
        bookings[0].action_done()
        moved = events[3].start + timedelta(days=1)
        events[3].write(
            {
                "recurrence_update": "future_events",
                "start": moved,
                "stop": moved + timedelta(hours=1),
                "tue": False,
                "wed": True,
            }
        )
        self.assertEqual(bookings[0].state, "done")
        live = self._bookings()
        self.assertEqual(live, bookings[1:])
        self.assertEqual(
            live.mapped("start"),
            [self.tuesday + timedelta(weeks=week) for week in (1, 2)]
            + [self.tuesday + timedelta(weeks=week, days=1) for week in range(3, 8)],
        )
        self.assertTrue(all(live.event_id.mapped("active")))

    def test_series_one_moved(self):
        events = self._series()
        events[3].write(
            {
                "recurrence_update": "self_only",
                "start": events[3].start + timedelta(hours=4),
                "stop": events[3].stop + timedelta(hours=4),
            }
        )
        starts = self._bookings().mapped("start")
        self.assertEqual(len(starts), 8)
        self.assertEqual(starts[3], self.tuesday + timedelta(weeks=3, hours=4))

    def test_series_with_done_visits_is_not_rewritten(self):
        self._top_up(500.0)
        events = self._series()
        self._bookings()[0].action_done()
        with self.assertRaisesRegex(UserError, "following"):
            events[1].write(
                {
                    "recurrence_update": "all_events",
                    "start": events[1].start + timedelta(hours=1),
                    "stop": events[1].stop + timedelta(hours=1),
                }
            )
        self.assertEqual(len(self._bookings()), 7)
        self.assertEqual(len(self._bookings("done")), 1)

    def test_series_gets_another_client(self):
        events = self._series()
        events[2].write(
            {
                "recurrence_update": "future_events",
                "prepaid_client_ids": [Command.link(self.clara.id)],
            }
        )
        live = self._bookings()
        self.assertEqual(len(live.filtered(lambda b: b.partner_id == self.client)), 8)
        self.assertEqual(len(live.filtered(lambda b: b.partner_id == self.clara)), 6)
        first = live[0].event_id
        first.write(
            {
                "recurrence_update": "all_events",
                "prepaid_client_ids": [Command.unlink(self.client.id)],
            }
        )
        live = self._bookings()
        self.assertEqual(len(live.filtered(lambda b: b.partner_id == self.clara)), 6)
        self.assertFalse(live.filtered(lambda b: b.partner_id == self.client))

    def test_series_gets_another_service(self):
        events = self._series()
        events[2].write(
            {"recurrence_update": "future_events", "prepaid_service_id": self.pedicure.id}
        )
        live = self._bookings()
        self.assertEqual(live.mapped("price"), [120.0] * 2 + [80.0] * 6)
        self.assertEqual(live[2:].service_id, self.pedicure)

    def test_series_gets_shorter(self):
        events = self._series()
        events[0].write({"recurrence_update": "all_events", "count": 5})
        self.assertEqual(len(self._bookings()), 5)
        self.assertEqual(len(self._bookings("cancelled")), 3)

    def test_series_gets_longer(self):
        events = self._series()
        events[0].write({"recurrence_update": "all_events", "count": 10})
        self.assertEqual(len(self._bookings()), 10)

    def test_series_cancelled_occurrence_stays_cancelled(self):
        events = self._series()
        self._bookings()[4].action_cancel("holiday")
        events[0].write(
            {
                "recurrence_update": "all_events",
                "start": self.tuesday + timedelta(hours=1),
                "stop": self.tuesday + timedelta(hours=2),
            }
        )
        self.assertEqual(len(self._bookings("cancelled")), 1)

    def test_series_archived_from_here(self):
        events = self._series()
        events[5].action_mass_archive("future_events")
        self.assertEqual(len(self._bookings()), 5)
        self.assertEqual(len(self._bookings("cancelled")), 3)

    def test_seat_twice_is_refused(self):
        event = self._meet()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, "one_seat"):
            self._as_desk(self.env["prepaid.booking"]).create(
                {"event_id": event.id, "partner_id": self.client.id}
            )
