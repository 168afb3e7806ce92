from datetime import datetime, time

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
class TestTours(PrepaidCommon, HttpCase):
    """The main screens in a real browser, as the people who use them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.features = cls.env.ref("prepaid_services.group_feature_balance") | cls.env.ref(
            "prepaid_services.group_feature_credit"
        )
        cls._switch_features("link")
        cls.service.service_duration = 1.0
        # The specialist's calendar is on the screen of desk and manager
        cls.env["calendar.filters"].sudo().create(
            [
                {"user_id": user.id, "partner_id": cls.specialist.partner_id.id}
                for user in (cls.desk, cls.manager)
            ]
        )

    @classmethod
    def _switch_features(cls, command):
        """Switch both features on ("link") or off ("unlink") for all users."""
        commands = [getattr(fields.Command, command)(group.id) for group in cls.features]
        cls.env.ref("base.group_user").sudo().implied_ids = commands

    def _visit_today(self, client=None):
        """Return a confirmed booking of today, which a browser cannot freeze, at noon UTC."""
        noon = datetime.combine(fields.Date.today(), time(12))
        return self._book(client=client, start=noon)

    def _tour_calendar(self, name, login="desk"):
        self.start_tour("/odoo/calendar", f"prepaid_{name}_tour", login=login)

    # -- settings ------------------------------------------------------------------------

    def test_settings(self):
        """The sliders switch the features on."""
        self._switch_features("unlink")
        # Accounting's test data has price lists while that feature is off: core would warn
        self.env["product.pricelist"].sudo().search([]).action_archive()
        self.start_tour("/odoo/prepaid-settings", "prepaid_settings_tour", login="admin")
        implied = self.env.ref("base.group_user").implied_ids
        self.assertLessEqual(self.features, implied)

    # -- money ---------------------------------------------------------------------------

    def test_top_up(self):
        self.start_tour("/odoo/prepaid-clients", "prepaid_top_up_tour", login="desk")
        self._assert_ledger(advances=75.0)
        self._assert_balance_is_ledger()

    # -- calendar ------------------------------------------------------------------------

    def test_new_visit(self):
        """Price and duration come from the service; a new client is made on the way."""
        service = self._create_service("Massage", 120.0, service_duration=1.5)
        self._tour_calendar("new_visit")
        bookings = self.env["prepaid.booking"].search([("service_id", "=", service.id)])
        self.assertEqual(sorted(bookings.mapped("partner_id.name")), ["Anna", "Zoe Newcomer"])
        self.assertEqual(set(bookings.mapped("price")), {90.0})
        self.assertEqual(bookings.event_id.duration, 1.5)
        self.assertEqual(bookings.event_id.partner_ids, self.specialist.partner_id)
        self.assertEqual(set(bookings.mapped("state")), {"confirmed"})

    def test_more_options(self):
        """What was entered in the small dialog is kept by the full form."""
        service = self._create_service("Massage", 120.0, service_duration=1.5)
        self._tour_calendar("more_options")
        booking = self.env["prepaid.booking"].search([("service_id", "=", service.id)])
        self.assertRecordValues(
            booking, [{"partner_id": self.client.id, "user_id": self.specialist.id, "price": 120.0}]
        )
        self.assertEqual(booking.event_id.duration, 1.5)

    def test_done_with_enough_balance(self):
        self._top_up(200.0)
        booking = self._visit_today()
        self._tour_calendar("done")
        self.assertEqual(booking.state, "done")
        self._assert_ledger(advances=80.0, earned=120.0, receivable=0.0)

    def test_done_collects_the_rest(self):
        self._top_up(50.0)
        booking = self._visit_today()
        self._tour_calendar("collect")
        self.assertEqual(booking.payment_status, "paid")
        self._assert_ledger(advances=0.0, earned=120.0, receivable=0.0)

    def test_done_on_credit(self):
        self._approve_credit()
        self._top_up(50.0)
        booking = self._visit_today()
        self._tour_calendar("credit")
        self.assertEqual(booking.amount_due, 70.0)
        self._assert_ledger(advances=0.0, earned=120.0, receivable=70.0)

    def test_done_by_override(self):
        booking = self._visit_today()
        self._tour_calendar("override", login="manager")
        self.assertEqual(booking.override_reason, "Pays on Friday")
        self._assert_ledger(earned=120.0, receivable=120.0)

    def test_cancel(self):
        booking = self._visit_today()
        self._tour_calendar("cancel")
        self.assertRecordValues(
            booking, [{"state": "cancelled", "cancelled_by": "client", "cancel_reason": "Ill"}]
        )

    def test_undo_done(self):
        self._top_up(200.0)
        booking = self._visit_today()
        booking.action_done()
        self._tour_calendar("undo")
        self.assertEqual(booking.state, "confirmed")
        self._assert_ledger(advances=200.0, earned=0.0, receivable=0.0)

    # -- the day -------------------------------------------------------------------------

    def test_bulk_done_from_today(self):
        boris = self._create_client("Boris")
        self._top_up(200.0)
        self._top_up(200.0, client=boris)
        bookings = self._visit_today() | self._visit_today(client=boris)
        self.start_tour("/odoo/prepaid-today", "prepaid_today_tour", login="desk")
        self.assertEqual(set(bookings.mapped("state")), {"done"})
        self._assert_ledger(advances=160.0, earned=240.0)
