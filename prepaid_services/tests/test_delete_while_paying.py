from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .online_common import OnlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDeleteWhilePaying(OnlineCommon):
    """What money may still reach is not deleted; money that finds no visit is nobody's secret."""

    def setUp(self):
        super().setUp()
        self._rule()
        self.booking = self._book()
        self.transaction = self._create_transaction(
            50.0, "deposit", booking_ids=[Command.set(self.booking.ids)]
        )

    def _finish(self):
        self._answer(self.transaction)
        self.transaction._post_process()

    def test_booking(self):
        for state in ("draft", "pending", "cancel", "error"):
            self.transaction.state = state
            for user in (self.desk, self.manager):
                self._refused("money may still come", self.booking.with_user(user).unlink)

    def test_meeting(self):
        """Its bookings are cancelled, not lost: the money is on the balance, and told."""
        self._as_desk(self.booking.event_id).unlink()
        self.assertEqual(self.booking.state, "cancelled")
        self._finish()
        self._assert_deposit(self.booking, "cancelled", "late")
        self.assertTrue(self.booking.activity_ids)
        self._assert_ledger(advances=50.0)

    def test_client(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.client.sudo().unlink()
        self.assertTrue(self.client.exists())

    def test_money_without_a_visit(self):
        """However it came to be gone: the desk is told, once."""
        self.transaction.booking_ids = [Command.clear()]
        self.booking.unlink()
        self._finish()
        self.transaction._post_process()
        self._assert_ledger(advances=50.0)
        activity = self.client.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertRegex(activity.summary, "Deposit without a visit")

    def test_draft_of_an_invoice(self):
        invoice = self.init_invoice("out_invoice", partner=self.client, products=self.service)
        transaction = self._create_transaction(120.0, False)
        transaction.invoice_ids = [Command.set(invoice.ids)]
        self._refused("online payment of .* is under way", invoice.unlink)
        transaction.state = "cancel"
        invoice.unlink()
        self.assertFalse(invoice.exists())

    def test_nothing_was_started(self):
        other = self._book("2026-01-11")
        other.unlink()
        self.assertFalse(other.exists())


@tagged("post_install", "-at_install")
class TestRuleOrder(OnlineCommon):
    """A rule that somebody adds is not hidden below the one for everybody."""

    def test_new_rule_matches(self):
        strict = self._rule(name="Tagged", user_ids=[Command.set(self.specialist.ids)])
        for_all = self._rule(name="Everybody")
        new = self._rule(name="New clients", client_kind="new", amount=20.0)
        rules = self.env["prepaid.deposit.rule"].search([("company_id", "=", self.company.id)])
        self.assertEqual(rules, strict + new + for_all)
        booking = self._book("2026-12-10", user_id=self.desk.id)
        self.assertEqual(booking.deposit_amount, 20.0)

    def test_another_one_for_everybody_goes_last(self):
        first, second = self._rule(), self._rule(name="Second")
        rules = self.env["prepaid.deposit.rule"].search([("company_id", "=", self.company.id)])
        self.assertEqual(rules, first + second)

    def test_who_says_where_is_heeded(self):
        for_all = self._rule()
        new = self._rule(client_kind="new", sequence=99)
        rules = self.env["prepaid.deposit.rule"].search([("company_id", "=", self.company.id)])
        self.assertEqual(rules, for_all + new)
