from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .calendar_common import CalendarMaker
from .deposit_common import DepositCrons


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestCalendarDeposit(CalendarMaker, DepositCrons):
    """Meetings whose seats await a deposit follow every change of the calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule()

    def _waiting(self):
        """Return the series of four whose seats await their deposits, and the bookings."""
        events = self._series(count=4)
        bookings = self._bookings("awaiting_payment")
        self.assertEqual(len(bookings), 4)
        return events, bookings

    def _assert_seats_live(self, bookings):
        """Each booking is on an active meeting at the same hour, with the same specialist."""
        self.env.flush_all()
        self.env.invalidate_all()
        for booking in bookings:
            self.assertTrue(booking.event_id.active)
            event = booking.event_id
            self.assertEqual(
                (booking.start, booking.stop, booking.user_id),
                (event.start, event.stop, event.user_id),
            )

    def test_series_all_moved(self):
        events, bookings = self._waiting()
        tokens = [booking._portal_token() for booking in bookings]
        self._shift(events[0], "all_events", hours=1)
        self.assertEqual(self._bookings("awaiting_payment"), bookings)
        self.assertEqual(
            bookings.mapped("start"),
            [self.tuesday + timedelta(weeks=week, hours=1) for week in range(4)],
        )
        self._assert_seats_live(bookings)
        for booking, token in zip(bookings, tokens, strict=True):
            opened = booking._portal_booking(booking.id, token)
            self.assertEqual(opened, booking, "links sent before open the moved visits")
        self._pay(bookings[2])
        self._assert_deposit(bookings[2], "confirmed", "paid", 50.0)

    def test_series_following_moved(self):
        events, bookings = self._waiting()
        self._shift(events[2], "future_events", days=1)
        self.assertEqual(self._bookings("awaiting_payment"), bookings)
        self._assert_seats_live(bookings)
        self.assertEqual(
            [(booking.start - self.tuesday).days for booking in bookings], [0, 7, 15, 22]
        )

    def test_the_hour_is_not_sold_twice(self):
        self.company.prepaid_overlap_policy = "refuse"
        events, bookings = self._waiting()
        self._shift(events[1], "future_events", hours=2)
        taken = bookings[3].start
        with self.assertRaisesRegex(UserError, "busy"):
            self._book(taken.date(), taken.hour, client=self._create_client("Dana"))

    def test_series_moved_by_a_week_under_refuse(self):
        """Each seat goes to the hour of the next one: the series does not collide with itself."""
        self.company.prepaid_overlap_policy = "refuse"
        events, bookings = self._waiting()
        self._shift(events[0], "all_events", weeks=1)
        self.assertEqual(self._bookings("awaiting_payment"), bookings)
        self._assert_seats_live(bookings)
        self._shift(bookings[2].event_id, "future_events", weeks=-1, hours=1)
        self._assert_seats_live(bookings)

    def test_series_ends_earlier(self):
        """Seats without a meeting are cancelled, and take no money any more."""
        events, bookings = self._waiting()
        self._pay(bookings[3])
        events[0].write({"recurrence_update": "all_events", "count": 2})
        self.assertEqual(bookings.mapped("state"), ["awaiting_payment"] * 2 + ["cancelled"] * 2)
        self._assert_seats_live(bookings[:2])
        self._assert_deposit(bookings[3], "cancelled", "released")
        self.assertFalse(bookings[2]._has_to_be_paid())
        self.assertEqual(set(bookings[2:].mapped("cancelled_by")), {"us"})

    def test_series_deleted_or_archived(self):
        events, bookings = self._waiting()
        events[3].action_mass_archive("self_only")
        events[2].action_mass_deletion("future_events")
        self.assertEqual(bookings.mapped("state"), ["awaiting_payment"] * 2 + ["cancelled"] * 2)
        events[0].action_mass_deletion("all_events")
        self.assertEqual(set(bookings.mapped("state")), {"cancelled"})


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestCalendarMessages(CalendarMaker, DepositCrons):
    """Whoever moves a visit, by whatever door: its client is told, once, where it is in the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_specialist = cls._create_user("other", "prepaid_services.group_specialist")

    def _new_mails(self):
        """Send what waits, and return the e-mails since the last time."""
        seen = getattr(self, "seen", self.env["mail.mail"].sudo())
        self._run("_cron_deposit_messages")
        mails = self.env["mail.mail"].sudo().search(
            [("model", "=", "prepaid.booking"), ("id", "not in", seen.ids)], order="id"
        )
        self.seen = seen | mails
        return mails

    def test_every_door(self):
        """Dragged, on the form, by a program, by a synchronisation, to another specialist."""
        booking = self._book("2026-01-20")
        event = booking.event_id
        self.assertFalse(self._new_mails())
        machine = event.with_user(self.specialist).sudo().with_context(dont_notify=True)
        doors = (
            lambda: self._shift(event, days=1),
            lambda: booking.write({"start": booking.start + timedelta(hours=1)}),
            lambda: booking.action_reschedule(booking.start + timedelta(hours=1)),
            lambda: booking.action_reschedule(booking.start + timedelta(hours=1), by="client"),
            lambda: self._shift(machine, hours=1),
            lambda: event.write({"user_id": self.other_specialist.id}),
            lambda: booking.write({"user_id": self.specialist.id}),
        )
        for door in doors:
            door()
            mail = self._new_mails()
            self.assertEqual(len(mail), 1)
            self.assertIn(booking.visit_date, mail.subject)
            self.assertIn(booking.visit_time, mail.body_html)
            self.assertIn(booking.user_id.name, mail.body_html)

    def test_once_with_the_last_state(self):
        booking = self._book("2026-01-20")
        for hours in (24, 1, 2):
            self._shift(booking.event_id, hours=hours)
        booking.event_id.user_id = self.other_specialist
        mail = self._new_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("21 January", mail.subject)
        self.assertIn("other", mail.body_html)

    def test_undone_in_time_tells_nothing(self):
        booking = self._book("2026-01-20")
        self._shift(booking.event_id, days=1)
        self._shift(booking.event_id, days=-1)
        self.assertFalse(self._new_mails())
        self.assertFalse(booking.moved_by_us_on)
        booking.event_id.action_archive()
        booking.event_id.action_unarchive()
        self.assertFalse(self._new_mails())

    def test_past_visits_are_corrected_silently(self):
        booking = self._book("2026-01-04")
        self._shift(booking.event_id, hours=1)
        booking.event_id.action_archive()
        self.assertFalse(self._new_mails())

    def test_cancelled_by_us(self):
        booking = self._book("2026-01-20")
        booking.event_id.unlink()
        self.assertRegex(self._new_mails().subject, "cancelled")
        self._book("2026-01-21").action_cancel(by="client")
        self.assertFalse(self._new_mails(), "the client has just said so")

    def test_series_is_one_message(self):
        self._rule()
        events = self._series(count=4)
        bookings = self._bookings("awaiting_payment")
        mail = self._new_mails()
        self.assertEqual(len(mail), 1)
        for day in ("6 January", "13 January", "20 January", "27 January"):
            self.assertIn(day, mail.body_html)
        self.assertIn("200.00", mail.body_html)
        self.assertEqual(mail.body_html.count("access_token"), 1)
        self.assertEqual(bookings[0]._portal_series(), bookings[1:])
        self._shift(events[1], "future_events", hours=2)
        mail = self._new_mails()
        self.assertEqual(len(mail), 1)
        self.assertNotIn("6 January", mail.body_html.replace("6 January at", ""))
        self.assertIn("13 January", mail.subject)
        self.assertEqual(len(mail.attachment_ids), 3)
        for booking in bookings:
            self._pay(booking)
        mail = self._new_mails()
        self.assertEqual(len(mail), 2, "the first one is a series of its own by now")
        bookings[1].event_id.action_mass_deletion("future_events")
        mail = self._new_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("150.00 of the deposit returns", mail.body_html)

    def test_series_moved_by_a_synchronised_calendar(self):
        """As ``google_calendar`` does it: the other occurrences are deleted and made again."""
        events = self._series(count=4)
        bookings = self._bookings()
        self.assertEqual(len(bookings), 4)
        self._new_mails()
        series = events[0].with_user(self.specialist).sudo().recurrence_id
        series = series.with_context(dont_notify=True)
        base = series.base_event_id
        (series.calendar_event_ids - base).unlink()
        move = timedelta(hours=2)
        base.write({"start": base.start + move, "stop": base.stop + move})
        series._apply_recurrence()
        self.assertEqual(self._bookings(), bookings)
        self.assertEqual(
            bookings.mapped("start"),
            [self.tuesday + timedelta(weeks=week) + move for week in range(4)],
        )
        self.assertEqual(bookings.mapped("event_id.start"), bookings.mapped("start"))
        mail = self._new_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("moved", mail.subject)

    def test_moved_by_us_at_short_notice_costs_nothing(self):
        self._rule(free_cancel_hours=24, late_keep="all", no_show_keep="all")
        for end in (
            lambda b: b.action_cancel(by="client"),
            lambda b: b.action_no_show(),
        ):
            booking = self._book("2026-01-20")
            if booking.state == "awaiting_payment":
                self._pay(booking)
            booking.start = "2026-01-05 18:00:00"
            with freeze_time("2026-01-05 19:00:00"):
                end(booking)
            self.assertEqual((booking.deposit_released, booking.deposit_held), (50.0, 0.0))
        booking = self._book("2026-01-20")
        booking.action_reschedule("2026-01-05 20:00:00", by="client")
        booking.action_cancel(by="client")
        self.assertEqual(booking.deposit_state, "forfeited")

    def test_moved_to_a_later_day_the_old_hour_is_forgotten(self):
        self._rule(free_cancel_hours=24, late_keep="all")
        booking = self._book("2026-01-06")
        self._pay(booking)
        with freeze_time("2026-01-05 20:00:00"):
            self._shift(booking.event_id, days=7)
        with freeze_time("2026-01-08 10:00:00"):
            booking.action_cancel(by="client")
        self.assertEqual(booking.deposit_state, "released")
