from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .portal_booking_common import DAY, PortalBookingCommon


@tagged("post_install", "-at_install")
class TestPortalVisits(PortalBookingCommon):
    """What the client does with a visit on the own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "UTC"
        cls.soon = cls._workday(fields.Datetime.now() + timedelta(days=4))

    @classmethod
    def _workday(cls, moment):
        """Return the next weekday."""
        while moment.weekday() > 4:
            moment += timedelta(days=1)
        return moment.date()

    def _paid(self, day=DAY, **vals):
        booking = self._book(day, **vals)
        self._pay(booking)
        return booking

    def test_list(self):
        self._book(DAY)
        past = self._book("2020-01-10", service_id=self._create_service("Old massage", 20).id)
        past.action_done(journal_id=self.cash.id)
        self._book(DAY, hour=14, client=self.other)
        self._login()
        page = self.url_open("/my/bookings").text
        self.assertIn("Pay to confirm", page)
        self.assertIn("Old massage", page)
        self.assertEqual(page.count("o_prepaid_visit "), 2)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["prepaid_booking_count"]}
        )
        self.assertEqual(counters["prepaid_booking_count"], 2)

    def test_page_with_the_balance_leads_to_the_visit(self):
        booking = self._book(DAY)
        token = self.client._prepaid_portal_token()
        page = self.url_open(f"/my/balance/{self.client.id}?access_token={token}").text
        self.assertIn(f'href="{self._url(booking)}"', page)
        self.assertIn("Pay to confirm", page)

    def test_family(self):
        child = self._create_client("Little Bo", parent_id=self.client.id)
        booking = self._book(DAY, client=child)
        self._login()
        self.assertIn("Little Bo", self.url_open(f"/my/bookings/{booking.id}").text)
        own = self._book(DAY, hour=14)
        self._login(child)
        self.assertEqual(self.url_open(f"/my/bookings/{own.id}").status_code, 404)
        self.assertEqual(self.url_open(f"/my/bookings/{booking.id}").status_code, 200)

    def test_cancel_in_time(self):
        booking = self._paid()
        self.assertIn("50.00 of the deposit returns", self._open(booking).replace("\xa0", " "))
        page = self._post(booking, "cancel", kept="0.0")
        self.assertIn("Your deposit is on your balance", page.text)
        self._assert_deposit(booking, "cancelled", "released")
        self.assertEqual(booking.cancelled_by, "client")
        self._assert_ledger(advances=50.0)

    def test_cancel_late_shows_what_is_kept(self):
        booking = self._paid()
        booking.sudo().free_cancel_until = fields.Datetime.now() - timedelta(hours=1)
        page = self._open(booking)
        self.assertIn("of the deposit is kept", page)
        self.assertIn('name="kept" value="50.0"', page)

    def test_terms_that_changed_while_the_page_was_open(self):
        """The client saw that nothing would be kept: then nothing happens, and it is said."""
        booking = self._paid()
        booking.sudo().free_cancel_until = fields.Datetime.now() - timedelta(hours=1)
        for kept in ("0.0", "", "nan-sense"):
            page = self._post(booking, "cancel", kept=kept)
            self.assertIn("The terms have changed", page.text)
            self._assert_deposit(booking, "confirmed", "paid", 50.0)

    def test_cancel_switched_off_or_over(self):
        booking = self._paid()
        self.company.prepaid_portal_cancel = False
        self.assertNotIn("o_prepaid_cancel", self._open(booking))
        self.assertIn("Call us", self._post(booking, "cancel", kept="50").text)
        self.company.prepaid_portal_cancel = True
        over = self._paid("2020-01-10")
        self.assertNotIn("o_prepaid_cancel", self._open(over))
        self._post(over, "cancel", kept="50")
        self.assertEqual((booking.state, over.state), ("confirmed", "confirmed"))

    def test_no_cancellation_while_the_bank_works(self):
        booking = self._book(DAY)
        self._simulate(self._press_pay(booking)["reference"], "pending")
        page = self._open(booking)
        self.assertIn("being processed", page)
        self.assertNotIn("o_prepaid_cancel", page)
        self._post(booking, "cancel", kept="50")
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    def test_free_times(self):
        """Working hours, less the specialist's meetings and the client's other visits."""
        booking = self._paid(str(self.soon), hour=10)
        self._book(str(self.soon), hour=8, client=self.other)
        masseur = self._create_user("masseur", "prepaid_services.group_specialist")
        self._book(str(self.soon), hour=13, user_id=masseur.id)
        starts = booking.sudo()._portal_free_starts()
        times = [start.strftime("%H:%M") for start in starts if start.date() == self.soon]
        self.assertNotIn("08:00", times, "another client")
        self.assertNotIn("08:30", times, "it would overlap the end of it")
        self.assertIn("09:00", times)
        self.assertNotIn("10:00", times, "it is there already")
        self.assertIn("10:30", times, "its own time is free for it")
        self.assertNotIn("13:00", times, "the client is elsewhere")
        self.assertNotIn("16:30", times, "it would end after working hours")
        self.assertFalse([start for start in starts if start.weekday() > 4])
        self.assertFalse([start for start in starts if start <= fields.Datetime.now()])

    def test_move(self):
        booking = self._paid(str(self.soon), hour=10)
        new = datetime.combine(self.soon, datetime.min.time()).replace(hour=14)
        page = self._open(booking, "move")
        self.assertIn("14:00", page)
        text = new.strftime("%Y-%m-%dT%H:%M")
        page = self._open(booking, "move", start=text)
        self.assertIn("moves along", page)
        self.assertEqual(booking.start.hour, 10, "shown, not done")
        self._post(booking, "move/confirm", start=text, kept="0")
        self.assertEqual((booking.start, booking.event_id.start), (new, new))
        self._assert_deposit(booking, "confirmed", "paid", 50.0)

    def test_move_to_a_time_that_is_taken(self):
        booking = self._paid(str(self.soon), hour=10)
        self._book(str(self.soon), hour=14, client=self.other)
        for start in (f"{self.soon}T14:00", f"{self.soon}T03:00", "2020-01-10T10:00", "x", ""):
            self.assertIn("Choose another", self._open(booking, "move", start=start or "y"))
            page = self._post(booking, "move/confirm", start=start, kept="0").text
            self.assertIn("not free any more", page)
        self.assertEqual(booking.start.hour, 10)

    def test_a_class_does_not_move_for_one(self):
        booking = self._paid(str(self.soon), hour=10)
        self._book(client=self.other, event_id=booking.event_id.id)
        self.assertNotIn("o_prepaid_move", self._open(booking))
        page = self._post(booking, "move/confirm", start=f"{self.soon}T14:00", kept="0").text
        self.assertIn("cannot be moved here", page)

    def test_calendar_file(self):
        booking = self._paid()
        booking.event_id.location = "Room 7; upstairs"
        reply = self.url_open(self._url(booking, "ics"))
        self.assertEqual(reply.headers["Content-Type"], "text/calendar; charset=utf-8")
        text = reply.text.replace("\r\n ", "")
        for line in (
            "DTSTART:21260110T100000Z",
            "DTEND:21260110T110000Z",
            f"SUMMARY:Manicure\\, {self.company.name}",
            "LOCATION:Room 7\\; upstairs",
            "STATUS:CONFIRMED",
            f"UID:booking-{booking.id}@",
        ):
            self.assertIn(line, text)
        self.assertNotIn("Anna", text)
