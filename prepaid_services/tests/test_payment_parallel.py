from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import ConcurrencyError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tools import mute_logger

from .parallel_common import ParallelCommon

DEPOSIT = 30.0
ROUNDS = 5
ATTEMPTS = 10


@tagged("post_install", "-at_install")
class TestPaymentParallel(ParallelCommon):
    """Payments, the end of the time to pay and second tabs, in the same moment."""

    @classmethod
    def _furnish(cls, env):
        res = super()._furnish(env)
        company = env["res.users"].browse(cls.desk_id).company_id
        env = api.Environment(env.cr, SUPERUSER_ID, {"allowed_company_ids": company.ids})
        env.ref("base.group_user")._apply_group(env.ref("prepaid_services.group_feature_deposit"))
        env["prepaid.deposit.rule"].create(
            {"name": "Deposit", "amount_type": "fixed", "amount": DEPOSIT}
        )
        journal = env["account.journal"].create(
            {"name": "Online", "code": "ONL", "type": "bank", "company_id": company.id}
        )
        provider = env.ref("payment.payment_provider_demo").copy({"company_id": company.id})
        provider.write({"state": "test", "is_published": True, "journal_id": journal.id})
        method = env.ref("payment_demo.payment_method_demo")
        method.active = True
        cls.company_id, cls.provider_id, cls.method_id = company.id, provider.id, method.id
        return res

    # -- helpers -------------------------------------------------------------------------

    def _do(self, work):
        """Do something in a connection of its own, repeated on conflicts like a request."""
        for _attempt in range(ATTEMPTS):
            try:
                with Registry(self.db).cursor() as cr:
                    context = {"allowed_company_ids": [self.company_id]}
                    return work(api.Environment(cr, SUPERUSER_ID, context))
            except (ConcurrencyError, OperationalError):
                continue
        raise TimeoutError

    def _booking(self, number=0):
        """Return the id of a booking that waits for its deposit."""

        def work(env):
            booking = env["prepaid.booking"].create(
                {
                    "partner_id": env["res.partner"].create({"name": "Anna"}).id,
                    "service_id": self.service_id,
                    "user_id": self.desk_id,
                    "start": fields.Datetime.now() + timedelta(days=30 + number),
                }
            )
            booking.action_confirm()
            self.assertEqual(booking.state, "awaiting_payment")
            return booking.id

        return self._do(work)

    def _transaction(self, env, booking):
        return env["payment.transaction"].create(
            {
                "provider_id": self.provider_id,
                "payment_method_id": self.method_id,
                "operation": "online_redirect",
                "amount": DEPOSIT,
                "currency_id": booking.currency_id.id,
                "partner_id": booking.partner_id.id,
                "prepaid_purpose": "deposit",
                "booking_ids": [Command.set(booking.ids)],
            }
        )

    # -- tests ---------------------------------------------------------------------------

    @mute_logger("odoo.sql_db", "odoo.addons.payment.models.payment_transaction")
    def test_paid_in_the_moment_the_time_is_over(self):
        """One outcome, and the money is never lost: the seat comes back, or was never given up."""
        for number in range(ROUNDS):
            booking_id = self._booking(number)

            def prepare(env, booking_id=booking_id):
                booking = env["prepaid.booking"].browse(booking_id)
                transaction = self._transaction(env, booking)
                transaction.last_state_change -= timedelta(hours=1)
                booking.deposit_deadline = fields.Datetime.now() - timedelta(minutes=1)
                return transaction.reference

            reference = self._do(prepare)

            def callback(env, reference=reference):
                data = {"reference": reference, "simulated_state": "done"}
                env["payment.transaction"]._process("demo", data)

            def expire(env, booking_id=booking_id):
                Booking = env["prepaid.booking"]
                Booking.browse(booking_id)._expire_batch(Booking._get_expired_domain())

            results = self._at_once(
                [lambda work=work: self._do(work) for work in (callback, expire, expire)]
            )
            self.assertEqual(results, [None] * 3)

            def look(env, booking_id=booking_id):
                booking = env["prepaid.booking"].browse(booking_id)
                client = booking.partner_id
                return (
                    booking.state,
                    booking.deposit_state,
                    booking.deposit_held,
                    len(booking.deposit_payment_ids),
                    client.prepaid_balance,
                    booking.event_id.active,
                )

            outcome = self._do(look)
            self.assertEqual(outcome, ("confirmed", "paid", DEPOSIT, 1, DEPOSIT, True))

    @mute_logger("odoo.sql_db")
    def test_many_tabs_start_one_payment(self):
        booking_id = self._booking()

        def press_pay(env):
            booking = env["prepaid.booking"].browse(booking_id)
            problem = booking._portal_start_payment()
            if not problem:
                self._transaction(env, booking)
            return problem

        results = self._at_once([lambda: self._do(press_pay) for _tab in range(4)])
        self.assertEqual(results.count(""), 1, results)
        count = self._do(lambda env: len(env["prepaid.booking"].browse(booking_id).transaction_ids))
        self.assertEqual(count, 1)

    @mute_logger("odoo.sql_db", "odoo.addons.payment.models.payment_transaction")
    def test_callback_page_and_scheduled_action_at_once(self):
        booking_id = self._booking()

        def prepare(env):
            transaction = self._transaction(env, env["prepaid.booking"].browse(booking_id))
            transaction._set_done()
            return transaction.id

        transaction_id = self._do(prepare)

        def post_process(env):
            transaction = env["payment.transaction"].browse(transaction_id)
            if not transaction.is_post_processed:
                transaction._post_process()

        results = self._at_once([lambda: self._do(post_process) for _caller in range(4)])
        self.assertEqual(results, [None] * 4)
        payments = self._do(
            lambda env: env["account.payment"].search_count(
                [("payment_transaction_id", "=", transaction_id)]
            )
        )
        self.assertEqual(payments, 1)
