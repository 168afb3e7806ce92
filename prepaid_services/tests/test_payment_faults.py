from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_booking_common import DAY, PortalBookingCommon

LOGGERS = (
    "odoo.addons.payment.models.payment_transaction",
    "odoo.addons.prepaid_services.models.deposit.payment_transaction_check",
)


@tagged("post_install", "-at_install")
class TestPaymentFaults(PortalBookingCommon):
    """What goes wrong with online payments, whatever the provider. Balances follow the ledger."""

    def setUp(self):
        super().setUp()
        self.Transaction = type(self.env["payment.transaction"])
        self.booking = self._book(DAY)

    def tearDown(self):
        self._assert_balance_is_ledger()
        super().tearDown()

    def _payment(self):
        """Press *Pay* and return the transaction."""
        reference = self._press_pay(self.booking)["reference"]
        return self._transactions(reference=reference)

    def _tell(self, transaction, state="done", amount=None, currency=None):
        """Send the callback of a provider that names the amount it took."""
        data = {"amount": amount, "currency_code": currency or self.company.currency_id.name}
        with (
            patch.object(self.Transaction, "_extract_amount_data", return_value=amount and data),
            mute_logger(*LOGGERS),
        ):
            self._simulate(transaction.reference, state)
        transaction.invalidate_recordset()

    def _cron(self):
        """Let Odoo's scheduled action book what the callbacks left."""
        for transaction in self._transactions(is_post_processed=False):
            transaction._post_process()

    def _expire(self):
        """Let the time to pay pass, and the scheduled action cancel what is not paid."""
        self.booking.sudo().deposit_deadline = fields.Datetime.now() - timedelta(minutes=1)
        Booking = self.env["prepaid.booking"].sudo()
        domain = Booking._get_expired_domain()
        Booking.search([*domain, ("id", "=", self.booking.id)])._expire_batch(domain)

    def _provider_says(self, state):
        """Let the provider answer, when it is asked, that transactions are in this state."""

        def sync(transaction):
            transaction._process("demo", self._answer_data(transaction, state))

        return patch.object(self.Transaction, "_demo_sync_status", sync, create=True)

    def _answer_data(self, transaction, state):
        return {"reference": transaction.reference, "simulated_state": state}

    def _assert_paid_once(self):
        self._assert_deposit(self.booking, "confirmed", "paid", 50.0)
        self.assertEqual(len(self.booking.sudo().deposit_payment_ids), 1)
        self._assert_ledger(advances=50.0, receivable=0.0)

    # -- in time -------------------------------------------------------------------------

    def test_closed_tab(self):
        """The provider's message confirms, not the browser."""
        self._tell(self._payment())
        self._assert_paid_once()

    @mute_logger(*LOGGERS)
    def test_money_that_cannot_be_booked_now(self):
        """What the provider said is kept and the seat held; the scheduled action tries again."""
        transaction = self._payment()
        broken = ValidationError("The journal has no account")
        with patch.object(self.Transaction, "_create_payment", side_effect=broken):
            self._tell(transaction)
            self.assertEqual(transaction.state, "done")
            self._expire()
        self._assert_deposit(self.booking, "awaiting_payment", "awaiting")
        self.assertIn("being processed", self._open(self.booking))
        self._cron()
        self._assert_paid_once()

    def test_three_callbacks(self):
        transaction = self._payment()
        for _time in range(3):
            self._tell(transaction)
            self._cron()
        self._poll()
        self._assert_paid_once()

    def test_reordered(self):
        transaction = self._payment()
        for state in ("done", "pending", "error"):
            self._tell(transaction, state)
        self._cron()
        self._assert_paid_once()

    def test_declined_then_paid(self):
        transaction = self._payment()
        self._tell(transaction, "error")
        self._cron()
        self._assert_deposit(self.booking, "awaiting_payment", "awaiting")
        self._tell(transaction)
        self._cron()
        self._assert_paid_once()

    def test_declined_then_paid_with_another_transaction(self):
        self._tell(self._payment(), "error")
        self._tell(self._payment())
        self._cron()
        self._assert_paid_once()

    def test_cancelled_then_paid(self):
        transaction = self._payment()
        self._tell(transaction, "cancel")
        self._cron()
        self._tell(transaction)
        self._cron()
        self._assert_paid_once()

    def test_lost_callback_and_return(self):
        """Pressing *Pay* once more asks the provider first: nobody pays twice."""
        self._payment()
        with self._provider_says("done"):
            again = self._press_pay(self.booking)
        self.assertIn("paid already", again["state_message"])
        self._assert_paid_once()

    def test_lost_callback_and_closed_tab(self):
        """The provider is asked before the seat is given up."""
        self._payment()
        with self._provider_says("done"):
            self._expire()
        self._assert_paid_once()

    def test_lost_callback_after_a_decline(self):
        self._tell(self._payment(), "error")
        with self._provider_says("done"):
            self._expire()
        self._assert_paid_once()

    def test_a_deposit_pays_no_old_debt(self):
        """It is for its visit, even where new money pays old debt first."""
        self._approve_credit()
        service = self._create_service("Massage", 30.0)
        self._book("2026-01-10", service_id=service.id).action_done()
        self._pay_online(self.booking)
        self._assert_deposit(self.booking, "confirmed", "paid", 50.0)
        self._assert_ledger(advances=50.0, receivable=30.0)

    # -- wrong amount --------------------------------------------------------------------

    def test_wrong_amount_never_confirms(self):
        """Nor the second time, nor after a decline: core would let it pass then."""
        transaction = self._payment()
        for amount, currency in ((1.0, None), (1.0, None), (50.0, "EUR"), (5000.0, None)):
            self._tell(transaction, amount=amount, currency=currency)
            self._cron()
            self.assertEqual(transaction.state, "error")
            self._assert_deposit(self.booking, "awaiting_payment", "awaiting")
        self._assert_ledger(advances=0.0)
        activity = self.booking.activity_ids
        self.assertEqual(len(activity), 1, "told once")
        self.assertIn("Wrong amount", activity.summary)
        self.assertIn(transaction.reference, activity.note)
        self.assertIn("another amount", self._open(self.booking))

    def test_wrong_amount_goes_to_an_accountant(self):
        self._create_user("accountant", "account.group_account_user")
        self._tell(self._payment(), amount=1.0)
        user = self.booking.activity_ids.user_id
        self.assertTrue(user.has_group("account.group_account_user"))

    def test_right_amount_after_a_wrong_one(self):
        transaction = self._payment()
        self._tell(transaction, amount=1.0)
        self._tell(transaction, amount=50.0)
        self._cron()
        self._assert_paid_once()

    # -- twice ---------------------------------------------------------------------------

    def test_paid_twice(self):
        """The second payment stays on the balance, marked; the desk offers it back."""
        first = self._payment()
        first.last_state_change -= timedelta(minutes=1)
        second = self._payment()
        self._tell(second)
        self._tell(first)
        self._cron()
        self._assert_deposit(self.booking, "confirmed", "paid", 50.0)
        self.assertEqual(sum((first + second).mapped("prepaid_surplus")), 1)
        self.assertEqual(self.booking.sudo().deposit_paid_amount, 100.0)
        self.assertEqual(self.booking.deposit_excess, 50.0)
        self._assert_ledger(advances=100.0)
        activities = self.booking.activity_ids
        self._cron()
        self.assertEqual(len(activities), 1)
        self.assertEqual(self.booking.activity_ids, activities)

    def test_second_payment_is_refunded(self):
        first = self._pay_online(self.booking)
        second = self._pay_online(self.booking)
        self.assertEqual((first.prepaid_surplus, second.prepaid_surplus), (False, True))
        refund = second._refund()
        refund._post_process()
        refund._post_process()
        self._assert_deposit(self.booking, "confirmed", "paid", 50.0)
        self.assertEqual(self.booking.deposit_excess, 0.0)
        self._assert_ledger(advances=50.0)

    def test_deposit_is_refunded(self):
        """What is not on the balance any more is not held."""
        transaction = self._pay_online(self.booking)
        transaction._refund(20)._post_process()
        self._assert_deposit(self.booking, "confirmed", "paid", 30.0)
        transaction._refund(30)._post_process()
        self._assert_deposit(self.booking, "confirmed", "released", 0.0)
        self.assertEqual(self.booking.deposit_paid_amount, 0.0)
        self._assert_ledger(advances=0.0)

    @mute_logger(*LOGGERS)
    def test_refund_that_the_provider_refuses(self):
        transaction = self._pay_online(self.booking)
        down = ValidationError("Down")
        with patch.object(self.Transaction, "_send_refund_request", side_effect=down):
            refund = transaction._refund()
        refund._post_process()
        self.assertEqual(refund.state, "error")
        self._assert_paid_once()

    # -- too late ------------------------------------------------------------------------

    def test_not_paid(self):
        self._expire()
        self._assert_deposit(self.booking, "cancelled", "expired")
        self.assertFalse(self.booking.event_id.active)

    def test_never_cancelled_while_a_payment_is_pending(self):
        transaction = self._payment()
        self._expire()
        self._assert_deposit(self.booking, "awaiting_payment", "awaiting")
        self._tell(transaction, "pending")
        transaction.last_state_change -= timedelta(hours=9)
        self._expire()
        self._assert_deposit(self.booking, "awaiting_payment", "awaiting")
        self._tell(transaction)
        self._assert_paid_once()

    def test_given_up_payment_holds_no_seat(self):
        transaction = self._payment()
        transaction.last_state_change -= timedelta(minutes=30)
        self._expire()
        self._assert_deposit(self.booking, "cancelled", "expired")

    def test_paid_after_the_time_and_the_seat_is_free(self):
        transaction = self._payment()
        transaction.last_state_change -= timedelta(minutes=30)
        self._expire()
        self._tell(transaction)
        self._cron()
        self._assert_paid_once()
        self.assertTrue(self.booking.event_id.active)
        self.assertFalse(transaction.prepaid_surplus)

    def test_paid_after_the_time_and_the_seat_is_taken(self):
        transaction = self._payment()
        transaction.last_state_change -= timedelta(minutes=30)
        self._expire()
        self._book(DAY, client=self.other)
        self._tell(transaction)
        self._cron()
        self._assert_deposit(self.booking, "cancelled", "late")
        self._assert_ledger(advances=50.0)
        self.assertEqual(self._as_desk(self.client).prepaid_available, 50.0)
        self.assertIn("Paid too late", self._open(self.booking))
        self.assertTrue(self.booking.activity_ids, "the desk offers it back")

    def test_paid_after_the_client_cancelled(self):
        transaction = self._payment()
        transaction.last_state_change -= timedelta(minutes=30)
        self.booking.action_cancel()
        self._tell(transaction)
        self._cron()
        self.assertEqual(self.booking.state, "cancelled")
        self._assert_ledger(advances=50.0)
        self.assertTrue(self.booking.activity_ids, "the desk offers it back")

    # -- provider down -------------------------------------------------------------------

    def test_provider_does_not_answer(self):
        """Neither the page nor the scheduled action stumbles over it."""
        transaction = self._payment()
        transaction.last_state_change -= timedelta(minutes=30)
        down = ValidationError("The provider is down")
        with (
            patch.object(self.Transaction, "_demo_sync_status", side_effect=down, create=True),
            mute_logger(*LOGGERS),
        ):
            self.assertEqual(self.booking._ask_providers(), self.booking)
            values = self._press_pay(self.booking)
            self.assertIn("reference", values)
            self._expire()
        self._assert_deposit(self.booking, "awaiting_payment", "awaiting")

    def test_expired_one_is_asked_about_once_more(self):
        """It is not asked about for ever."""
        transaction = self._payment()
        transaction.last_state_change -= timedelta(days=3)
        with self._provider_says("done"):
            self.booking._ask_providers()
        self.assertEqual(transaction.state, "draft")
