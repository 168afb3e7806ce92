from odoo import http
from odoo.tests import new_test_user

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
