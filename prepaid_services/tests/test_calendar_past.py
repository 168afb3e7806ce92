from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .calendar_common import CalendarMaker
from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-06 12:00:00")
class TestCalendarPast(CalendarMaker, PrepaidCommon):
    """Visits that are over stay where they were; no refusal stops a synchronised calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clara = cls._create_client("Clara")
        cls.other_specialist = cls._create_user("other", "prepaid_services.group_specialist")

    def _over(self, done=True):
        """Return a meeting whose visit is done, or missed."""
        self._top_up(500.0)
        event = self._meet()
        event.booking_ids.action_done() if done else event.booking_ids.action_no_show()
        return event

    def _machine(self, event):
        """Return a meeting as the synchronisation of its specialist writes it."""
        return event.with_user(self.specialist).sudo().with_context(dont_notify=True)

    def _assert_untouched(self, event):
        self.env.invalidate_all()
        self.assertEqual((event.start, event.user_id), (self.tuesday, self.specialist))
        booking = event.booking_ids
        self.assertEqual((booking.start, booking.user_id), (self.tuesday, self.specialist))

    def test_cannot_be_moved(self):
        for done, way_out in ((True, "[Uu]ndo"), (False, "[Rr]eopen")):
            event = self._over(done)
            later = self.tuesday + timedelta(days=40)
            for record, vals in (
                (event, {"start": later, "stop": later + timedelta(hours=1)}),
                (event, {"user_id": self.other_specialist.id}),
                (event, {"duration": 3.0}),
                (event.booking_ids, {"start": later}),
                (event.booking_ids, {"user_id": self.other_specialist.id}),
            ):
                with self.assertRaisesRegex(UserError, way_out):
                    record.write(vals)
                self._assert_untouched(event)
            # As it is already, or with the rest of the form
            event.write({"start": self.tuesday, "user_id": self.specialist.id, "name": "Nails"})
            event.booking_ids.write({"start": self.tuesday, "note": "blue"})
            self._assert_untouched(event)

    def test_undone_it_can_be_moved(self):
        event = self._over()
        event.booking_ids.action_undo_done()
        self._shift(event, days=3)
        self.assertEqual(event.booking_ids.start, self.tuesday + timedelta(days=3))

    def test_series_leaves_them_to_their_specialist(self):
        self._top_up(500.0)
        events = self._series(count=3)
        self._bookings()[0].action_done()
        events[1].write(
            {"recurrence_update": "all_events", "user_id": self.other_specialist.id}
        )
        self.assertEqual(
            [event.user_id for event in events],
            [self.specialist, self.other_specialist, self.other_specialist],
        )
        self.assertEqual(events[0].partner_ids, self.specialist.partner_id)

    # -- machines ------------------------------------------------------------------------

    def test_machine_moves_a_done_visit(self):
        event = self._over()
        later = datetime(2026, 2, 20, 10)
        self._machine(event).write(
            {"start": later, "stop": later + timedelta(hours=1), "location": "Room 2"}
        )
        self._assert_untouched(event)
        self.assertEqual(event.location, "Room 2")
        self.assertIn("synchronised", event.booking_ids.activity_ids.summary)

    def test_machine_deletes_a_done_visit(self):
        event = self._over()
        event.write({"prepaid_client_ids": [(4, self.clara.id)]})
        done, open_one = event.booking_ids.sorted("id")
        self._machine(event).unlink()
        self.assertTrue(event.exists())
        self.assertFalse(event.active)
        self.assertEqual(done.state, "done")
        self.assertEqual(open_one.state, "cancelled")
        self.assertTrue(done.activity_ids)

    def test_machine_moves_a_visit_onto_another(self):
        self.company.prepaid_overlap_policy = "refuse"
        self._book("2026-01-09", 10, client=self.clara)
        event = self._meet()
        taken = datetime(2026, 1, 9, 10)
        with self.assertRaisesRegex(UserError, "busy"), self.env.cr.savepoint():
            event.write({"start": taken, "stop": taken + timedelta(hours=1)})
        self._machine(event).write({"start": taken, "stop": taken + timedelta(hours=1)})
        self.assertEqual(event.booking_ids.start, taken)
        self.assertIn("busy", event.booking_ids.activity_ids.summary)
