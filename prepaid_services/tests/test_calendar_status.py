from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
class TestCalendarStatus(PrepaidCommon):
    """What the calendar shows of visits, to whom, and at what price in queries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.balance_feature = cls.env.ref("prepaid_services.group_feature_balance")
        cls.env.ref("base.group_user").sudo().implied_ids = [Command.link(cls.balance_feature.id)]
        cls.boris = cls._create_client("Boris")

    def _class(self, clients, day="2026-01-10", **vals):
        """Return a meeting for several clients, as the desk enters it."""
        start = fields.Datetime.to_datetime(day) + timedelta(hours=10)
        return self._as_desk(self.env["calendar.event"]).create(
            {
                "prepaid_service_id": self.service.id,
                "user_id": self.specialist.id,
                "start": start,
                "prepaid_client_ids": [Command.set(clients.ids)],
                **vals,
            }
        )

    def test_seats_of_a_class(self):
        """The tile shows what needs attention most, the pop-over each seat."""
        self._top_up(120.0)
        event = self._class(self.client | self.boris)
        self.assertEqual(event.prepaid_state, "confirmed")
        self.assertEqual(event.prepaid_payment_status, "short")
        seats = {seat["client"]: seat for seat in event.prepaid_seats}
        self.assertEqual(seats["Anna"]["payment"], "covered")
        self.assertEqual(seats["Anna"]["due"], "")
        self.assertEqual(seats["Boris"]["payment_label"], "Balance Short")
        self.assertIn("120", seats["Boris"]["due"])

    def test_buttons_of_a_class(self):
        """Done in the calendar finishes the open seats, and asks when the balance is short."""
        self._top_up(120.0)
        event = self._class(self.client | self.boris)
        self.assertEqual(event.action_prepaid_done()["res_model"], "prepaid.collect")
        self._top_up(120.0, client=self.boris)
        event.action_prepaid_done()
        self.assertEqual((event.prepaid_state, event.prepaid_payment_status), ("done", "paid"))

    def test_cancelled_seats_are_left_out(self):
        event = self._class(self.client | self.boris)
        event.booking_ids.filtered(lambda b: b.partner_id == self.boris).action_cancel()
        self.assertEqual([seat["client"] for seat in event.prepaid_seats], ["Anna"])
        self.assertEqual(event.action_prepaid_cancel()["res_model"], "prepaid.cancel")

    def test_top_up_asks_for_whom(self):
        """For one client the dialog knows the client, for a class it offers the class."""
        one = self._class(self.client)
        self.assertEqual(
            one.action_prepaid_top_up()["context"]["default_partner_id"], self.client.id
        )
        both = self._class(self.client | self.boris, day="2026-01-11")
        offered = both.action_prepaid_top_up()["context"]["prepaid_client_ids"]
        back = both.action_prepaid_pay_out()["context"]
        self.assertEqual(back["default_direction"], "pay_out")
        self.assertEqual(back["prepaid_client_ids"], offered)
        back = one.booking_ids.action_pay_out()["context"]
        self.assertEqual(back["default_partner_id"], self.client.id)
        self.assertCountEqual(offered, (self.client | self.boris).ids)

    def test_nothing_about_money_when_switched_off(self):
        self.env.ref("base.group_user").sudo().implied_ids = [
            Command.unlink(self.balance_feature.id)
        ]
        event = self._class(self.client)
        self.assertEqual((event.prepaid_state, event.prepaid_payment_status), ("confirmed", False))
        self.assertEqual(event.prepaid_seats[0]["payment_label"], "")

    def test_who_sees_it(self):
        """A specialist sees the own seats only; other employees meet no error."""
        event = self._class(self.client)
        other = self._create_user("other", "prepaid_services.group_specialist")
        plain = new_test_user(self.env, login="plain", groups="base.group_user")
        self.assertEqual(event.with_user(self.specialist).prepaid_state, "confirmed")
        self.env.invalidate_all()  # as in a request of its own
        self.assertFalse(event.with_user(other).prepaid_seats)
        view = self.env["calendar.event"].with_user(plain).get_view(view_type="calendar")
        self.assertNotIn("prepaid_seats", view["arch"])

    def test_constant_number_of_queries(self):
        """A month of visits costs as many queries as two."""
        clients = self.client | self.boris
        events = self._as_desk(self.env["calendar.event"])
        for day in range(10, 22):
            events |= self._class(clients, day=f"2026-01-{day}")
        self.env.flush_all()
        counts = []
        for size in (2, 2, 12):  # the first round fills caches of the registry
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(events.browse(events.ids[:size]).mapped("prepaid_seats")))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], counts)

    def test_another_specialist(self):
        """A visit given to another specialist moves to that calendar, and the desk sees it."""
        other = self._create_user("other", "prepaid_services.group_specialist")
        event = self._class(self.client)
        event.user_id = other
        self.assertEqual(event.partner_ids, other.partner_id)
        self.assertEqual(event.booking_ids.user_id, other)
        shown = self.env["calendar.filters"].search([("user_id", "=", self.desk.id)]).partner_id
        self.assertEqual(shown, (self.specialist | other).partner_id)

    def test_specialist_of_the_side_panel(self):
        """In the calendar of one specialist, a new visit is that specialist's."""
        Event = self._as_desk(self.env["calendar.event"]).with_context(
            prepaid_calendar_partner_id=self.specialist.partner_id.id
        )
        self.assertEqual(Event.default_get(["user_id"])["user_id"], self.specialist.id)
