from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_wayforpay.tests.common import WayForPayCommon

REFUSED = "odoo.addons.payment.models.payment_transaction"


@tagged("post_install", "-at_install")
class TestWayForPayRefund(WayForPayCommon):
    """Refunds: asked for here, or made in WayForPay's cabinet."""

    def _refunds(self, tx):
        return tx.child_transaction_ids.sorted("id").mapped(lambda t: (t.amount, t.state))

    def _cabinet(self, tx, amount):
        """The shop refunds at WayForPay: the report, and the answer to our question about it."""
        self.world.refund(self._order(tx), Decimal(str(amount)))
        tx._wayforpay_process(self._report(tx, "refunded"))
        self.assertTrue(tx.wayforpay_refund_reported)
        self.assertIn(tx, self.env["payment.transaction"]._wayforpay_to_ask())
        tx._wayforpay_sync_status()
        self.assertFalse(tx.wayforpay_refund_reported)

    def test_full(self):
        tx = self._paid_tx()
        refund = tx._refund()
        self.assertEqual(self._refunds(tx), [(-250.5, "done")])
        self.assertEqual(refund.reference, f"R-{tx.reference}")
        self.assertEqual(self._order(tx).refunded, Decimal("250.5"))
        self.assertEqual(tx.state, "done")

    def test_parts(self):
        tx = self._paid_tx()
        tx._refund(100.25)
        tx._refund(50)
        self.assertEqual(self._refunds(tx), [(-100.25, "done"), (-50.0, "done")])
        self.assertEqual(self._order(tx).refunded, Decimal("150.25"))

    def test_report_of_our_own_refund_adds_nothing(self):
        tx = self._paid_tx()
        tx._refund(100.25)
        for _time in range(2):
            tx._wayforpay_process(self._report(tx, "refunded"))
            tx._wayforpay_sync_status()
        tx._wayforpay_process(self._report(tx, "refunded", refundAmount=100.25))
        tx._wayforpay_process(self._report(tx, "paid"))
        self.assertEqual(self._refunds(tx), [(-100.25, "done")])

    def test_more_than_was_paid(self):
        tx = self._paid_tx()
        tx._refund(200)
        refund = tx._refund(100)
        self.assertEqual(refund.state, "error")
        self.assertIn("larger than what is left", refund.state_message)
        self.assertEqual(self._order(tx).refunded, 200)

    def test_refused(self):
        tx = self._paid_tx()
        with self._faults(refuse_refund="1"):
            refund = tx._refund()
        self.assertEqual(refund.state, "error")
        self.assertIn("not allow", refund.state_message)

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_no_answer(self):
        """By hand again; if WayForPay did refund, its report books it."""
        tx = self._paid_tx()
        with self._faults(api_500="1"):
            self.assertEqual(tx._refund(100).state, "error")
        self._cabinet(tx, 100)
        self.assertEqual(self._refunds(tx), [(-100.0, "error"), (-100.0, "done")])

    def test_shops_account_is_empty(self):
        tx = self._paid_tx()
        with self._faults(slow_refund="1"):
            refund = tx._refund(100)
        self.assertEqual(refund.state, "pending")
        self.assertIn("as soon as", refund.state_message)
        self.world.pay_out(self._order(tx))
        tx._wayforpay_process(self._report(tx, "refunded"))
        tx._wayforpay_sync_status()
        self.assertEqual(self._refunds(tx), [(-100.0, "done")])

    def test_cabinet_full(self):
        tx = self._paid_tx()
        self._cabinet(tx, 250.5)
        self.assertEqual(self._refunds(tx), [(-250.5, "done")])
        self.assertEqual(tx.child_transaction_ids.operation, "refund")
        self.assertEqual(tx.child_transaction_ids.provider_reference, tx.provider_reference)

    def test_nobody_tells_how_much(self):
        """Neither the callback nor the answer: all of it, if no refund of ours is meant."""
        tx = self._paid_tx()
        tx._wayforpay_process({**self._report(tx, "refunded"), "isAnswer": True})
        self.assertEqual(self._refunds(tx), [(-250.5, "done")])
        self.reference = "DEP-101"
        tx = self._paid_tx()
        tx._refund(100)
        tx._wayforpay_process({**self._report(tx, "refunded"), "isAnswer": True})
        self.assertEqual(self._refunds(tx), [(-100.0, "done")])

    def test_answer_must_be_signed(self):
        tx = self._paid_tx()
        with self._faults(unsigned_answer="1"):
            refund = tx._refund(100)
        self.assertEqual(refund.state, "error")
        self.assertIn("not signed", refund.state_message)

    def test_cabinet_parts_after_ours(self):
        tx = self._paid_tx()
        tx._refund(100.25)
        self._cabinet(tx, 50)
        self._cabinet(tx, 100.25)
        self.assertEqual(self._refunds(tx), [(-100.25, "done"), (-50.0, "done"), (-100.25, "done")])

    def test_never_more_than_was_paid(self):
        tx = self._paid_tx()
        tx._wayforpay_process(self._report(tx, "refunded", refundAmount=9999))
        self.assertEqual(self._refunds(tx), [(-250.5, "done")])

    @mute_logger(REFUSED)
    def test_return_reported_before_the_payment(self):
        """Nothing is left, and the late report of the payment does not confirm it."""
        for first in ((), ("processing",), ("declined",)):
            self.reference = f"DEP-{len(self.world.orders)}"
            tx = self._process(self._tx(), *first, "refunded", "paid")
            self.assertEqual(tx.state, "cancel")

    def test_partial_return_reported_before_the_payment(self):
        tx = self._tx()
        self._ends(tx, "paid")
        self.world.refund(self._order(tx), Decimal(50))
        tx._wayforpay_sync_status()
        self.assertEqual(tx.state, "done")
        self.assertEqual(self._refunds(tx), [(-50.0, "done")])
