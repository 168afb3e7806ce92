from odoo.tests import tagged

from .portal_booking_common import DAY, PortalBookingCommon


@tagged("post_install", "-at_install")
class TestPayLinkTours(PortalBookingCommon):
    """The client's way at phone width, with Odoo's demo provider."""

    browser_size = "390x844"
    touch_enabled = True

    def test_pay_link(self):
        booking = self._book(DAY)
        self.start_tour(self._url(booking), "prepaid_pay_link_tour", login=None)
        self._assert_deposit(booking, "cancelled", "released")
        self.assertTrue(booking.deposit_accepted_on)
        self._assert_ledger(advances=50.0)
        self._assert_balance_is_ledger()

    def test_visits(self):
        booking = self._book(DAY)
        self._pay(booking)
        start = booking.start
        self._login()
        login = f"client{self.client.id}"
        self.start_tour("/my/bookings", "prepaid_portal_visits_tour", login=login)
        self.assertNotEqual(booking.start, start)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self._assert_ledger(advances=75.5)
        self._assert_balance_is_ledger()
