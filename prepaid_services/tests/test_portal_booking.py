from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields, http
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.payment import utils as payment_utils

from .online_common import OnlineHttpCommon

LOGGERS = ("odoo.http", "odoo.addons.prepaid_services.controllers.portal_payment")
DAY = "2126-01-10"


class PortalBookingCommon(OnlineHttpCommon):
    """A client got the link of a visit and opens it without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule()
        cls.client.name = "Anna"
        cls.other = cls._create_client("Olga")
        cls.company.partner_id.write({"street": "Main Street 5", "city": "Springfield"})
        cls.company.phone = "+32 2 123 45 67"

    def _url(self, booking, page="", **query):
        return booking._portal_path(page, token=True, **query)

    def _open(self, booking, page="", **query):
        reply = self.url_open(self._url(booking, page, **query))
        self.assertEqual(reply.status_code, 200)
        return reply.text

    def _press_pay(self, booking, **values):
        values = {"access_token": booking._portal_token(), **values}
        return self._start(f"/my/bookings/{booking.id}/transaction", **values)

    def _post(self, booking, page, token=True, **data):
        """Send a form of the page, with the token against forged requests."""
        self.authenticate(None, None)
        data["csrf_token"] = http.Request.csrf_token(self)
        if token:
            data["access_token"] = booking._portal_token() if token is True else token
        return self.url_open(f"/my/bookings/{booking.id}/{page}", data=data)

    def _login(self, client=None):
        client = client or self.client
        login = f"client{client.id}"
        new_test_user(
            self.env,
            login=login,
            groups="base.group_portal",
            partner_id=client.id,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate(login, login)

    def _move_to(self, booking, state, **vals):
        """Put a booking where time or the desk would have brought it."""
        booking.sudo().write({"state": state, **vals})


@tagged("post_install", "-at_install")
class TestPayLink(PortalBookingCommon):
    """From the link in the message to the confirmed visit."""

    def test_page_says_it_all(self):
        page = self._open(self._book(DAY))
        for text in (
            "Manicure",
            "10 January",
            "Main Street 5, Springfield",
            self.specialist.name,
            "120.00",
            "Pay to confirm",
            "50.00",
            "You can cancel free of charge",
            'data-amount="50.0"',
            "Pay $",
            "tel:+32 2 123 45 67",
        ):
            self.assertIn(text, page)
        self.assertEqual(page.count('name="o_payment_submit_button"'), 1)
        self.assertRegex(page, r'data-payment-option-type="payment_method"')
        self.assertRegex(page, r'type="radio"[^>]*checked="(True|checked)"')

    def test_golden_path(self):
        booking = self._book(DAY)
        values = self._press_pay(booking)
        self.assertEqual(values["amount"], 50.0)
        self.assertRegex(values["reference"], rf"^VISIT-{booking.id}-\d{{14}}$")
        self.assertTrue(booking.deposit_accepted_on)
        self._simulate(values["reference"])
        landing = self._poll()["landing_route"]
        self.assertEqual(landing, self._url(booking))
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        page = self.url_open(landing).text
        self.assertIn("Confirmed", page)
        self.assertIn("Deposit paid", page)
        self.assertIn("Add to my calendar", page)
        self.assertNotIn("o_payment_form", page)
        self.assertRecordValues(
            booking.sudo().deposit_payment_ids,
            [{"amount": 50.0, "prepaid_topup": True, "prepaid_purpose": "deposit"}],
        )
        self._assert_ledger(advances=50.0, receivable=0.0)
        self._assert_balance_is_ledger()
        row = self.env["prepaid.daily.sale"].search([("partner_id", "=", self.client.id)])
        self.assertRecordValues(row, [{"kind": "receipt", "amount_money": 50.0}])

    def test_opening_the_link_changes_nothing(self):
        """Messengers open links to show a preview, more than once."""
        booking = self._book(DAY)
        self.env.flush_all()
        self.env.invalidate_all()
        before = booking.sudo().read()
        for _time in range(3):
            self._open(booking)
        self.env.invalidate_all()
        self.assertFalse(self._transactions())
        self.assertEqual(booking.sudo().read(), before)

    def test_amount_currency_and_client_come_from_the_server(self):
        booking = self._book(DAY)
        with self.assertRaises(JsonRpcException), mute_logger(*LOGGERS):
            self._press_pay(booking, partner_id=self.other.id)
        with self.assertRaises(JsonRpcException), mute_logger(*LOGGERS):
            self._press_pay(booking, currency_id=1)
        values = self._press_pay(booking, amount=0.01)
        transaction = self._transactions(reference=values["reference"])
        self.assertRecordValues(
            transaction,
            [{"amount": 50.0, "partner_id": self.client.id, "landing_route": self._url(booking)}],
        )

    def test_part_of_the_deposit_is_on_the_balance(self):
        self._top_up(20)
        booking = self._book(DAY)
        self.assertIn('data-amount="30.0"', self._open(booking))
        self._simulate(self._press_pay(booking)["reference"])
        self._poll()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self._assert_ledger(advances=50.0)

    def test_covered_meanwhile(self):
        """Nothing is asked, but a click confirms: opening the page must not."""
        booking = self._book(DAY)
        self._top_up(50)
        page = self._open(booking)
        self.assertIn("nothing more is to be paid", page)
        self.assertNotIn("o_payment_form", page)
        self._assert_deposit(booking, "awaiting_payment", "awaiting")
        self._post(booking, "confirm")
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertTrue(booking.deposit_accepted_on)

    def test_enough_balance_asks_nothing(self):
        self._top_up(50)
        booking = self._book(DAY)
        page = self._open(booking)
        self.assertIn("Confirmed", page)
        self.assertNotIn("o_payment_form", page)
        self.assertEqual(self._press_pay(booking)["state"], "error")

    def test_two_tabs(self):
        booking = self._book(DAY)
        first = self._press_pay(booking)
        second = self._press_pay(booking)
        self.assertEqual(second["state"], "error")
        self.assertIn("moment ago", second["state_message"])
        self.assertEqual(self._transactions().mapped("reference"), [first["reference"]])
        self._transactions().last_state_change -= timedelta(minutes=1)
        third = self._press_pay(booking)
        self.assertNotEqual(third["reference"], first["reference"], "the first one was given up")

    def test_paid_in_the_other_tab(self):
        booking = self._book(DAY)
        reference = self._press_pay(booking)["reference"]
        self._simulate(reference, "pending")
        self.assertIn("being processed", self._open(booking))
        self.assertIn("paid already", self._press_pay(booking)["state_message"])
        self._simulate(reference)
        again = self._press_pay(booking)
        self.assertEqual(again["state"], "error")
        self.assertIn("paid already", again["state_message"])
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertEqual(self._press_pay(booking)["state"], "error")
        self.assertEqual(len(self._transactions()), 1)

    def test_failure_is_shown_above_the_form(self):
        booking = self._book(DAY)
        self._simulate(self._press_pay(booking)["reference"], "error")
        page = self._open(booking)
        self.assertIn("did not go through", page)
        self.assertIn("o_payment_form", page)
        self._simulate(self._press_pay(booking)["reference"], "cancel")
        self.assertIn("was cancelled", self._open(booking))

    @mute_logger(*LOGGERS)
    def test_provider_is_down(self):
        booking = self._book(DAY)
        Transaction = type(self.env["payment.transaction"])
        down = ValidationError("Could not establish the connection")
        with patch.object(Transaction, "_get_processing_values", side_effect=down):
            values = self._press_pay(booking)
        self.assertEqual(values["state"], "error")
        self.assertIn("does not answer", values["state_message"])
        self.assertFalse(self._transactions(), "the client may try again at once")
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    def test_no_provider(self):
        booking = self._book(DAY)
        self.provider.state = "disabled"
        page = self._open(booking)
        self.assertIn("Online payment is not possible", page)
        self.assertEqual(self._press_pay(booking)["state"], "error")

    def test_time_is_over(self):
        booking = self._book(DAY)
        booking.sudo().deposit_deadline = fields.Datetime.now() - timedelta(minutes=1)
        self.assertIn("Not paid in time", self._open(booking))
        self.assertEqual(self._press_pay(booking)["state"], "error")
        self._move_to(booking, "cancelled", deposit_state="expired")
        self.assertIn("your place was given up", self._open(booking))
        self._move_to(booking, "cancelled", deposit_state="late")
        self.assertIn("safe on your balance", self._open(booking))

    def test_every_state_has_a_page(self):
        booking = self._book(DAY, confirm=False)
        words = {
            "draft": "To be confirmed",
            "confirmed": "Confirmed",
            "done": "Visit done",
            "no_show": "Missed",
            "cancelled": "Cancelled",
        }
        for state, word in words.items():
            self._move_to(booking, state)
            self.assertIn(word, self._open(booking), state)

    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client.lang = "fr_FR"
        self.assertIn("janvier", self._open(self._book(DAY)))

    def test_back_in_another_browser(self):
        """Browsers inside messengers lose the session on the way back from the provider."""
        booking = self._book(DAY)
        reference = self._press_pay(booking)["reference"]
        self._simulate(reference)
        self.authenticate(None, None)
        self.opener.cookies.clear()
        self.authenticate(None, None)
        hint = self.url_open("/payment/status", params={"reference": reference})
        self.assertIn("Open the link in our message once more", hint.text)
        signature = self._signature_of(reference)
        for wrong in ("x", signature[:-1] + "y", self._signature_of("VISIT-0")):
            query = {"reference": reference, "signature": wrong}
            page = self.url_open("/payment/status", params=query)
            self.assertNotIn("Manicure", page.text)
        query = {"reference": reference, "signature": signature}
        page = self.url_open("/payment/status", params=query)
        self.assertIn("Manicure", page.text)
        self.assertIn("Confirmed", page.text)

    def _signature_of(self, reference):
        return payment_utils.generate_access_token(reference, env=self.env)

    def test_link_dialog_of_odoo(self):
        booking = self._book(DAY)
        Wizard = self._as_desk(self.env["payment.link.wizard"])
        wizard = Wizard.with_context(active_model="prepaid.booking", active_id=booking.id).create(
            {}
        )
        self.assertEqual(wizard.amount, 50.0)
        self.assertFalse(wizard.warning_message)
        self.assertTrue(wizard.link.startswith(self._as_desk(booking).portal_url))


@tagged("post_install", "-at_install")
class TestPayLinkSecurity(PortalBookingCommon):
    def test_wrong_links_are_refused_alike(self):
        booking, foreign = self._book(DAY), self._book(DAY, hour=14, client=self.other)
        token = booking._portal_token()
        pages = ("", "/ics", "/move")
        bad = [
            f"/my/bookings/{booking.id}",
            f"/my/bookings/{booking.id}?access_token=",
            f"/my/bookings/{booking.id}?access_token={token[:-1]}x",
            f"/my/bookings/{booking.id}?access_token=%D1%8F",
            f"/my/bookings/{booking.id}?access_token={self.client._prepaid_portal_token()}",
            f"/my/bookings/0?access_token={token}",
            f"/my/bookings/2147483647?access_token={token}",
            f"/my/bookings/99999999999999999999?access_token={token}",
            *(f"/my/bookings/{foreign.id}{page}?access_token={token}" for page in pages),
        ]
        for url in bad:
            with self.subTest(url=url):
                page = self.url_open(url)
                self.assertEqual(page.status_code, 404)
                self.assertIn("This link does not work", page.text)
                self.assertNotIn("Manicure", page.text)
        self.assertEqual(self.url_open(self._url(booking)).headers["Cache-Control"], "no-store")

    @mute_logger(*LOGGERS)
    def test_paying_needs_the_token(self):
        booking, foreign = self._book(DAY), self._book(DAY, hour=14, client=self.other)
        for token in ("", "x", foreign._portal_token(), self.client._prepaid_portal_token()):
            route = f"/my/bookings/{booking.id}/transaction"
            self._not_found(route, access_token=token)
        self._not_found("/my/bookings/0/transaction", access_token="x")
        self.assertFalse(self._transactions())

    def test_nothing_changes_by_a_get(self):
        booking = self._book(DAY)
        self._top_up(50)
        for page in ("cancel", "confirm", "move/confirm"):
            reply = self.url_open(self._url(booking, page))
            self.assertEqual(reply.status_code, 405, page)
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    @mute_logger("odoo.http")
    def test_forged_forms(self):
        """Another site cannot send the form, and another link's token opens nothing."""
        booking, foreign = self._book(DAY), self._book(DAY, hour=14, client=self.other)
        data = {"access_token": booking._portal_token(), "kept": "0"}
        reply = self.url_open(f"/my/bookings/{booking.id}/cancel", data=data)
        self.assertEqual(reply.status_code, 400)
        for page in ("cancel", "confirm", "move/confirm"):
            reply = self._post(booking, page, token=foreign._portal_token())
            self.assertEqual(reply.status_code, 404, page)
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    def test_login_opens_no_other_clients_booking(self):
        booking = self._book(DAY, client=self.other)
        self._login()
        for page in ("", "/ics", "/move"):
            reply = self.url_open(f"/my/bookings/{booking.id}{page}")
            self.assertEqual(reply.status_code, 404)
        with mute_logger(*LOGGERS):
            self._not_found(f"/my/bookings/{booking.id}/transaction")
        self.assertNotIn(f"/my/bookings/{booking.id}", self.url_open("/my/bookings").text)

    def test_renewed_link(self):
        """A link that reached the wrong person is made invalid with the client's others."""
        booking = self._book(DAY)
        old = self._url(booking)
        self._as_desk(self.client).action_prepaid_renew_link()
        self.assertEqual(self.url_open(old).status_code, 404)
        self._open(booking)

    def test_replayed_callbacks(self):
        booking = self._book(DAY)
        reference = self._press_pay(booking)["reference"]
        for state in ("done", "done", "pending", "error", "cancel", "done"):
            with mute_logger("odoo.addons.payment.models.payment_transaction"):
                self._simulate(reference, state)
            self._poll()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertEqual(len(booking.sudo().deposit_payment_ids), 1)
        self._assert_ledger(advances=50.0)

    def test_portal_user_reads_nothing_over_rpc(self):
        booking = self._book(DAY)
        self._login()
        user = self.env["res.users"].search([("login", "=", f"client{self.client.id}")])
        with self.assertRaises(AccessError):
            booking.with_user(user).read(["portal_url"])


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
