from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_liqpay.tests.common import LiqPayCommon

REFUSED = "odoo.addons.payment.models.payment_transaction"


@tagged("post_install", "-at_install")
class TestLiqPayRefund(LiqPayCommon):
    """Refunds: asked for here, or made in LiqPay's cabinet."""

    def _refunds(self, tx):
        return tx.child_transaction_ids.sorted("id").mapped(lambda t: (t.amount, t.state))

    def _cabinet(self, tx, amount):
        """The shop refunds at LiqPay; the report that follows."""
        self.world.refund(self._order(tx), Decimal(str(amount)))
        tx._liqpay_process(self._report(tx, "refunded"))

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
            tx._liqpay_process(self._report(tx, "refunded"))
        tx._liqpay_process(self._report(tx, "refunded", refund_amount=None))
        tx._liqpay_process(self._report(tx, "paid"))
        self.assertEqual(self._refunds(tx), [(-100.25, "done")])

    def test_more_than_was_paid(self):
        tx = self._paid_tx()
        tx._refund(200)
        refund = tx._refund(100)
        self.assertEqual(refund.state, "error")
        self.assertIn("50.5 is left", refund.state_message)
        self.assertEqual(self._order(tx).refunded, 200)

    def test_refused(self):
        tx = self._paid_tx()
        with self._faults(refuse_refund="1"):
            refund = tx._refund()
        self.assertEqual(refund.state, "error")
        self.assertIn("not allowed", refund.state_message)

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_no_answer(self):
        """By hand again; if LiqPay did refund, its report books it."""
        tx = self._paid_tx()
        with self._faults(api_500="1"):
            self.assertEqual(tx._refund(100).state, "error")
        self._cabinet(tx, 100)
        self.assertEqual(self._refunds(tx), [(-100.0, "error"), (-100.0, "done")])

    def test_paid_out_of_future_payments(self):
        tx = self._paid_tx()
        with self._faults(slow_refund="1"):
            refund = tx._refund(100)
        self.assertEqual(refund.state, "pending")
        self.assertIn("next payments", refund.state_message)
        self.world.pay_out(self._order(tx))
        tx._liqpay_process(self._report(tx, "refunded"))
        self.assertEqual(self._refunds(tx), [(-100.0, "done")])

    def test_paid_out_and_reported_without_amount(self):
        tx = self._paid_tx()
        with self._faults(slow_refund="1"):
            tx._refund(100)
        tx._liqpay_process(self._report(tx, "refunded", refund_amount=None))
        self.assertEqual(self._refunds(tx), [(-100.0, "done")])

    def test_cabinet_full(self):
        tx = self._paid_tx()
        self._cabinet(tx, 250.5)
        self.assertEqual(self._refunds(tx), [(-250.5, "done")])
        self.assertEqual(tx.child_transaction_ids.operation, "refund")
        self.assertEqual(tx.child_transaction_ids.provider_reference, tx.provider_reference)

    def test_cabinet_full_without_amount(self):
        tx = self._paid_tx()
        tx._liqpay_process(self._report(tx, "refunded"))
        self.assertEqual(self._refunds(tx), [(-250.5, "done")])

    def test_cabinet_parts_after_ours(self):
        tx = self._paid_tx()
        tx._refund(100.25)
        self._cabinet(tx, 50)
        self._cabinet(tx, 100.25)
        self.assertEqual(self._refunds(tx), [(-100.25, "done"), (-50.0, "done"), (-100.25, "done")])

    def test_cabinet_part_that_leaves_the_status(self):
        """Whether a partial refund leaves "success" is not documented."""
        tx = self._paid_tx()
        tx._liqpay_process(self._report(tx, "paid", refund_amount=50))
        self.assertEqual(self._refunds(tx), [(-50.0, "done")])

    def test_never_more_than_was_paid(self):
        tx = self._paid_tx()
        tx._liqpay_process(self._report(tx, "refunded", refund_amount=9999))
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
        self._cabinet(tx, 50)
        self.assertEqual(tx.state, "done")
        self.assertEqual(self._refunds(tx), [(-50.0, "done")])
