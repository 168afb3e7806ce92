from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_booking_common import DAY, LOGGERS, PortalBookingCommon


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
            for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
                reply = self.url_open(self._url(booking, page), method=method)
                self.assertEqual(reply.status_code, 405, f"{method} {page}")
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
