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
