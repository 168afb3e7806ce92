"""No page of a client opens for somebody else: nobody, another client, or with another's link."""

from odoo import http
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .portal_booking_common import DAY, LOGGERS, PortalBookingCommon

#: What a page may answer to somebody whose it is not: to the log-in or home, refused, not found
REFUSED = {303, 400, 403, 404, 405}


@tagged("post_install", "-at_install")
class TestPortalOthers(PortalBookingCommon):
    """Walks all routes of ours: what is new is asked as well."""

    def setUp(self):
        super().setUp()
        self._top_up(77)
        template = self.env["prepaid.subscription.template"].sudo().create(
            {"name": "Ten times", "price": 100.0, "sessions": 10, "company_id": self.company.id}
        )
        sale = self._as_desk(template).sell(self.client.id)
        visit = self._book(DAY)
        self.ids = {
            "client_id": self.client.id,
            "booking_id": visit.id,
            "package_id": sale["subscription_id"],
            "company_id": self.company.id,
            "rollforward_id": 1,
            "page": 1,
            "purpose": "topup",
        }
        self.keys = [None, "x", self.other._prepaid_portal_token(), visit._portal_token() + "0"]

    def _pages(self):
        """Yield the routes that name a record: address, whether JSON, whether it is posted to."""
        modules = sorted(self.env.registry._init_modules)
        converters = self.env["ir.http"]._get_converters()
        for url, endpoint in self.env["ir.http"]._generate_routing_rules(modules, converters):
            if "prepaid_services" not in endpoint.func.__module__ or "_id>" not in url:
                continue
            for name, value in self.ids.items():
                for kind in ("int", "string"):
                    url = url.replace(f"<{kind}:{name}>", str(value))
            self.assertNotIn("<", url, "say in setUp what this route is asked for")
            posts = endpoint.routing.get("methods") == ["POST"]
            yield url, endpoint.routing["type"] == "jsonrpc", posts

    def _ask(self, url, is_json, posts, key):
        """Return the answer: its code, and its text."""
        token = {"access_token": key} if key else {}
        if is_json:
            body = {"jsonrpc": "2.0", "method": "call", "id": 0, "params": token}
            reply = self.opener.post(self.base_url() + url, json=body, timeout=12)
        elif posts:
            data = {**token, "csrf_token": http.Request.csrf_token(self)}
            reply = self.url_open(url, data=data, allow_redirects=False)
        else:
            query = f"?access_token={key}" if key else ""
            reply = self.url_open(url + query, allow_redirects=False)
        return reply.status_code, reply.text

    @mute_logger(*LOGGERS, "odoo.http", "odoo.addons.base.models.ir_http")
    def test_pages_of_somebody_else(self):
        new_test_user(self.env, "olga-online", "base.group_portal", partner_id=self.other.id)
        before = self._figures()
        for login in (None, "olga-online"):
            self.authenticate(login, login)
            for url, is_json, posts in self._pages():
                for key in self.keys:
                    with self.subTest(login=login, url=url, key=key):
                        code, text = self._ask(url, is_json, posts, key)
                        self.assertNotIn("Anna", text)
                        if is_json:
                            self.assertIn('"error"', text)
                        else:
                            self.assertIn(code, REFUSED)
        self.assertEqual(self._figures(), before, "nothing was done")

    def _figures(self):
        """Return how many rows there are of what a page may change."""
        self.env.invalidate_all()
        booking = self.env["prepaid.booking"].browse(self.ids["booking_id"]).sudo()
        package = self.env["prepaid.subscription"].browse(self.ids["package_id"]).sudo()
        models = ("payment.transaction", "account.payment", "prepaid.start.task", "mail.activity")
        return (
            *(self.env[name].sudo().search_count([]) for name in models),
            (booking.state, booking.start, package.state),
        )
