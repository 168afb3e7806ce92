from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestCredit(PrepaidCommon):
    """Service on credit: who may owe, how much, and who decides."""

    def _decide(self, state, limit=1000.0):
        """Return the client after a manager's decision."""
        client = self.client.with_user(self.manager).with_company(self.company)
        client.write({"service_credit_state": state, "service_credit_limit": limit})
        return client

    def test_only_approved_clients_get_service_on_credit(self):
        for state in (False, "not_reviewed", "refused", "on_hold"):
            with self.subTest(state=state):
                self._decide("not_reviewed")
                booking = self._book("2026-01-10")
                self._decide(state)
                self._refused(
                    r"120\.00 is missing and Anna is not approved.*top-up.*manager",
                    booking.action_done,
                )
                self.assertEqual(booking.state, "confirmed")
        self._decide("approved")
        booking.action_done()
        self.assertEqual(booking.payment_status, "owing")
        self._assert_ledger(receivable=120.0, earned=120.0)

    def test_limit_counts_what_is_owed_already(self):
        self._decide("approved", 200.0)
        self._book("2026-01-10").action_done()
        second = self._book("2026-01-11")
        self._refused(r"120\.00 is missing and Anna has only \D*80\.00", second.action_done)
        self._top_up(40.0)
        second.action_done()
        self._assert_ledger(receivable=200.0, advances=0.0)

    def test_limit_holds_in_bulk(self):
        self._decide("approved", 200.0)
        both = self._book("2026-01-10") + self._book("2026-01-11")
        self._refused(r"240\.00 is missing", both.action_done)
        both[0].action_done()
        self._assert_ledger(receivable=120.0)

    def test_part_is_collected_and_the_rest_on_credit(self):
        self._decide("approved", 50.0)
        booking = self._book("2026-01-10")
        self._refused("missing", booking.action_done, self.cash.id, 60.0)
        booking.action_done(self.cash.id, 70.0)
        self.assertEqual((booking.payment_status, booking.amount_due), ("partial", 50.0))
        self._assert_ledger(receivable=50.0, advances=0.0)

    def test_override_is_the_managers(self):
        booking = self._book("2026-01-10")
        for user in (self.desk, self.specialist):
            with self.assertRaises(AccessError):
                booking.with_user(user).action_done(override_reason="old friend")
        self.assertEqual(booking.state, "confirmed")
        booking.with_user(self.manager).action_done(override_reason="old friend")
        self.assertEqual((booking.state, booking.override_reason), ("done", "old friend"))
        self._assert_ledger(receivable=120.0, earned=120.0)

    def test_only_managers_decide(self):
        for user in (self.desk, self.specialist):
            client = self.client.with_user(user).with_company(self.company)
            for vals in (
                {"service_credit_state": "approved"},
                {"service_credit_limit": 5.0},
                {"service_credit_review_date": "2026-12-31"},
                {"service_credit_user_id": user.id},
                {"service_credit_date": "2020-01-01"},
            ):
                with self.assertRaises(AccessError):
                    client.write(vals)
        with self.assertRaises(AccessError):
            self._as_desk(self.env["res.partner"]).create(
                {"name": "Ben", "service_credit_state": "approved"}
            )
        # What stays as it is does not ask, so that the desk can save the form
        self._as_desk(self.client).write({"name": "Anna B.", "service_credit_state": False})

    def test_decision_is_signed(self):
        client = self._decide("approved")
        self.assertEqual(client.service_credit_user_id, self.manager)
        self.assertEqual(client.service_credit_date, date(2026, 1, 15))

    def test_over_limit(self):
        client = self._decide("approved", 200.0)
        self._book("2026-01-10").action_done()
        self.assertFalse(client.prepaid_over_limit)
        client.service_credit_limit = 100.0
        self.assertTrue(client.prepaid_over_limit)
        found = client.search([("prepaid_over_limit", "=", True), ("id", "=", client.id)])
        self.assertEqual(found, client)
        client.service_credit_state = "on_hold"
        client.service_credit_limit = 200.0
        self.assertTrue(client.prepaid_over_limit)

    def test_coming_visits_say_what_is_missing(self):
        self._top_up(150.0)
        self._decide("approved", 100.0)
        first, second, third = (self._book(f"2026-01-{day}") for day in (20, 21, 22))
        self.assertEqual(
            [(b.payment_status, b.amount_due) for b in first + second + third],
            [("covered", 0.0), ("credit", 90.0), ("short", 120.0)],
        )

    def test_policy_is_the_payers(self):
        child = self._create_client("Ben", parent_id=self.client.id)
        self._decide("approved")
        self._book("2026-01-10", client=child).action_done()
        self._assert_ledger(receivable=120.0)

    def test_policy_is_the_companys(self):
        """A branch shares the client's money with its parent, and the credit policy too."""
        self._decide("approved")
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        client = self.client.with_company(branch)
        self.assertEqual(client._prepaid_credit_limit(), 1000.0)
