from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.client.prepaid_limit import LIMITS
from .portal_booking_common import PortalBookingCommon


@tagged("post_install", "-at_install")
class TestLimits(PortalBookingCommon):
    """One link, and one address, do not keep everybody else from working."""

    def setUp(self):
        super().setUp()
        self._top_up(50)
        report = type(self.env["ir.actions.report"])
        self.startPatcher(
            patch.object(report, "_render_qweb_pdf", lambda *_args, **_kw: (b"%PDF-1.4", "pdf"))
        )

    def _statement(self, client):
        token = client._prepaid_portal_token()
        url = f"/my/balance/{client.id}/statement?access_token={token}"
        with mute_logger("odoo.http"):
            return self.url_open(url).status_code

    def test_one_link(self):
        with patch.dict(LIMITS, {"pdf": (3, 600)}):
            answers = [self._statement(self.client) for _number in range(5)]
            self.assertEqual(answers, [200, 200, 200, 429, 429])
            self._top_up(50, client=self.other)
            self.assertEqual(self._statement(self.other), 200)

    def test_a_period_ends(self):
        Limit = self.env["prepaid.limit"].sudo()
        self.assertEqual([Limit._count("x", 600) for _number in range(3)], [1, 2, 3])
        Limit.search([("name", "=", "x")]).since = "2020-01-01 00:00:00"
        self.env.flush_all()
        self.assertEqual(Limit._count("x", 600), 1)
        self.env.invalidate_all()
        Limit.search([("name", "=", "x")]).since = "2020-01-01 00:00:00"
        self.env.flush_all()
        Limit._gc_limits()
        self.assertFalse(Limit.search([("name", "=", "x")]))

    def test_half_of_the_house_prints(self):
        """A PDF waits for what another worker serves: where none is left it is not begun."""
        limit = type(self.env["prepaid.limit"])
        with patch.object(limit, "_may_print", lambda self: False):
            self.assertEqual(self._statement(self.client), 429)
        self.assertTrue(self.env["prepaid.limit"].sudo()._may_print())
        self.assertEqual(self._statement(self.client), 200)
