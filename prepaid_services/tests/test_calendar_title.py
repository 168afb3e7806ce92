from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .calendar_common import CalendarMaker
from .deposit_common import DepositCrons


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestCalendarTitle(CalendarMaker, DepositCrons):
    """Titles, duplicates and archived clients of meetings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clara = cls._create_client("Clara")
        cls.pedicure = cls._create_service("Pedicure", 80.0)

    # -- titles --------------------------------------------------------------------------

    def test_title_follows(self):
        event = self._meet()
        self.assertEqual(event.name, "Manicure - Anna")
        event.booking_ids.partner_id = self.clara
        self.assertEqual(event.name, "Manicure - Clara")
        event.prepaid_service_id = self.pedicure
        self.assertEqual(event.name, "Pedicure - Clara")
        event.prepaid_client_ids = [Command.link(self.client.id)]
        self.assertEqual(event.name, "Pedicure - Anna - Clara")
        event.booking_ids.filtered(lambda b: b.partner_id == self.clara).action_cancel()
        self.assertEqual(event.name, "Pedicure - Anna")
        self.client.name = "Anna Maria"
        self.pedicure.name = "Feet"
        self.assertEqual(event.name, "Feet - Anna Maria")
        event.booking_ids.filtered(lambda b: b.partner_id == self.clara).action_reopen()
        self.assertEqual(event.name, "Feet - Anna Maria - Clara")
        event.booking_ids.action_cancel()
        self.assertIn("Feet", event.name, "an archived meeting still says whose it was")

    def test_title_of_a_lone_booking(self):
        booking = self._book("2026-01-10")
        booking.service_id = self.pedicure
        booking.partner_id = self.clara
        self.assertEqual(booking.event_id.name, "Pedicure - Clara")

    def test_title_after_a_merge(self):
        event = self._meet()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge((self.client + self.clara).ids, self.clara)
        self.assertEqual(event.name, "Manicure - Clara")

    def test_title_of_a_person_stays(self):
        event = self._meet()
        event.name = "Anna's birthday"
        event.booking_ids.partner_id = self.clara
        self.client.name = "Anna Maria"
        self.assertEqual(event.name, "Anna's birthday")
        event.name = False
        self.assertEqual(event.name, "Manicure - Clara", "emptied, it follows again")
        named = self._meet(name="Course", start=event.start.replace(hour=15))
        named.prepaid_client_ids = [Command.link(self.clara.id)]
        self.assertEqual(named.name, "Course")

    def test_titles_of_a_series(self):
        events = self._series(count=3)
        self._shift(events[0], "all_events", hours=1)
        meetings = self._bookings().event_id
        self.assertEqual(set(meetings.mapped("name")), {"Manicure - Anna"})
        vals = {"recurrence_update": "all_events", "prepaid_service_id": self.pedicure.id}
        meetings[0].write(vals)
        self._bookings()[1].partner_id = self.clara
        self.assertEqual(
            self._bookings().mapped("event_id.name"),
            ["Pedicure - Anna", "Pedicure - Clara", "Pedicure - Anna"],
        )

    # -- duplicates ----------------------------------------------------------------------

    def test_duplicate_makes_drafts(self):
        self._rule()
        event = self._meet(self.client + self.clara)
        event.booking_ids[0].price = 99.0
        mails = self._mails()
        copy = event.copy({"start": event.start.replace(day=8), "stop": event.stop.replace(day=8)})
        self.assertRecordValues(
            copy.booking_ids.sorted("id"),
            [
                {"partner_id": seat.partner_id.id, "state": "draft", "price": seat.price}
                for seat in event.booking_ids.sorted("id")
            ],
        )
        self.assertEqual(set(copy.booking_ids.mapped("deposit_state")), {"none"})
        self.assertEqual(copy.name, event.name)
        self.assertEqual(self._mails(), mails)

    # -- archived ------------------------------------------------------------------------

    def test_archived_client_keeps_the_seat(self):
        event = self._meet()
        self.client.active = False
        self.env.invalidate_all()
        event.prepaid_client_ids = [Command.link(self.clara.id)]
        self.assertEqual(set(event.booking_ids.mapped("state")), {"confirmed"})
        self.assertEqual(event.booking_ids.partner_id, self.client + self.clara)
        # Nobody who is archived gets new seats: a duplicate leaves the client out
        copy = event.copy({"start": event.start.replace(day=8), "stop": event.stop.replace(day=8)})
        self.assertEqual(copy.booking_ids.partner_id, self.clara)

    def test_archived_client_in_a_series(self):
        events = self._series(self.client + self.clara, count=3)
        self.client.active = False
        self.env.invalidate_all()
        dana = self._create_client("Dana")
        events[1].write(
            {"recurrence_update": "future_events", "prepaid_client_ids": [Command.link(dana.id)]}
        )
        self._shift(events[0], "all_events", hours=1)
        bookings = self._bookings()
        self.assertEqual(len(bookings), 8)
        events = bookings.event_id
        events[0].write({"recurrence_update": "all_events", "count": 4})
        self.assertEqual(len(self._bookings()), 9, "the new meeting has no seat for the archived")

    def test_archived_service_still_limits(self):
        """A list that is empty means everything: one whose only entry is archived does not."""
        rule = self._rule(service_ids=self.pedicure.ids)
        self.pedicure.active = False
        self.env.invalidate_all()
        self.assertEqual(rule.service_ids, self.pedicure)
        self._assert_deposit(self._book("2026-01-10"), "confirmed", "none")
