from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_liqpay.tests.common import LiqPayCommon

REFUSED = "odoo.addons.payment.models.payment_transaction"
MISMATCH = "odoo.addons.payment_liqpay.models.payment_transaction_update"


@tagged("post_install", "-at_install")
class TestLiqPayUpdate(LiqPayCommon):
    """What a report of LiqPay's does to a transaction, in whatever order reports come."""

    def _state_after(self, *outcomes, **changes):
        self.reference = f"{'-'.join(outcomes)}-{self.env['payment.transaction'].search_count([])}"
        return self._process(self._tx(), *outcomes, **changes).state

    def test_states(self):
        for status, state in {
            "success": "done",
            "wait_compensation": "done",
            "sandbox": "done",
            "hold_wait": "authorized",
            "processing": "pending",
            "wait_secure": "pending",
            "wait_accept": "pending",
            "failure": "error",
            "error": "error",
            "expired": "error",
            "3ds_verify": "draft",
            "prepared": "draft",
            "subscribed": "draft",
            "a_new_word": "draft",
        }.items():
            with self.subTest(status):
                self.assertEqual(self._state_after(status), state)

    def test_paid(self):
        tx = self._paid_tx()
        self.assertEqual(tx.provider_reference, str(self._order(tx).number))
        self.assertFalse(tx.state_message)
        self.assertEqual(tx.payment_method_id, self.payment_method)

    def test_twice_is_once(self):
        tx = self._paid_tx()
        tx.is_post_processed = True
        changed = tx.last_state_change
        self._process(tx, "paid", "paid")
        self.assertTrue(tx.is_post_processed)
        self.assertEqual(tx.last_state_change, changed)

    @mute_logger(REFUSED)
    def test_late_reports_change_nothing(self):
        self.assertEqual(self._state_after("paid", "processing", "declined"), "done")

    def test_declined_then_paid(self):
        self.assertEqual(self._state_after("declined", "paid"), "done")
        self.assertEqual(self._state_after("processing", "declined", "held"), "authorized")

    def test_cancelled_then_paid(self):
        tx = self._tx()
        tx._set_canceled()
        tx.is_post_processed = True
        self._process(tx, "paid")
        self.assertEqual(tx.state, "done")
        self.assertFalse(tx.is_post_processed, "so that the document hears of it")

    @mute_logger(REFUSED, MISMATCH)
    def test_wrong_amount_or_currency_never_confirms(self):
        for changes in ({"amount": 1.0}, {"amount": 250.51}, {"currency": "USD"}, {"amount": None}):
            for first in ((), ("declined",), ("processing",)):
                with self.subTest(changes=changes, first=first):
                    self.reference = f"DEP-{len(self.world.orders)}"
                    tx = self._process(self._tx(), *first)
                    self._process(tx, "paid", "paid", **changes)
                    self.assertEqual(tx.state, "error")
                    self._process(tx, "paid")
                    self.assertEqual(tx.state, "done", "the right amount still arrives")

    @mute_logger(MISMATCH)
    def test_wrong_amount_is_told_on_the_document(self):
        tx = self._process(self._tx(), "declined")
        messages = []
        self.patch(
            type(tx), "_log_message_on_linked_documents", lambda tx, text: messages.append(text)
        )
        self._process(tx, "paid", amount=1.0)
        self.assertIn("LiqPay reports 1.0 UAH", messages[0])

    def test_amount_as_text(self):
        self.assertEqual(self._state_after("paid", amount="250.50"), "done")

    def test_test_payment_confirms_nothing_live(self):
        self.provider.write({"state": "enabled", "liqpay_public_key": "i123"})
        self.world.shops["liqpay"]["i123"] = self.provider.liqpay_private_key
        tx = self._process(self._tx(), "sandbox")
        self.assertEqual(tx.state, "error")
        self.assertIn("test payment", tx.state_message)

    def test_liqpays_words_for_the_client(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.partner.lang = "uk_UA"
        tx = self._process(self._tx(), "declined")
        self.assertEqual(tx.state_message, "Недостатньо коштів на картці")
        self.reference = "DEP-101"
        tx = self._process(self._tx(), "declined", err_description=None)
        self.assertNotIn("Please", tx.state_message)
        self.assertIn("картк", tx.state_message)

    def test_shop_not_verified(self):
        tx = self._tx()
        messages = []
        self.patch(
            type(tx), "_log_message_on_linked_documents", lambda tx, text: messages.append(text)
        )
        self._process(tx, "unverified", "unverified")
        self.assertEqual(tx.state, "pending")
        self.assertIn("checking the shop", tx.state_message, "for the client")
        for_the_shop = [text for text in messages if "Finish the verification" in text]
        self.assertEqual(len(for_the_shop), 1, "once")
        self._process(tx, "paid")
        self.assertEqual(tx.state, "done")

    def test_confirmed_without_the_browser(self):
        """The job that books it is started at once."""
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self._paid_tx()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    # === HOLDS === #

    def _held_tx(self):
        self.provider.capture_manually = True
        tx = self._process(self._tx(), "held")
        self.assertEqual(tx.state, "authorized")
        return tx

    def test_capture(self):
        tx = self._held_tx()
        capture = tx._capture()
        self.assertRecordValues(tx | capture, [{"state": "done"}, {"state": "done"}])
        self.assertEqual(self._order(tx).status, "paid")
        self._process(tx, "paid")
        self.assertEqual(len(tx.child_transaction_ids), 1, "the callback that follows adds nothing")

    def test_capture_refused(self):
        tx = self._held_tx()
        with self._faults(refuse_refund="1"):
            capture = tx._capture()
        self.assertEqual(capture.state, "error")
        self.assertIn("cannot be completed", capture.state_message)
        self.assertEqual(tx.state, "authorized")

    def test_void(self):
        tx = self._held_tx()
        void = tx._void()
        self.assertRecordValues(tx | void, [{"state": "cancel"}, {"state": "cancel"}])
        self.assertEqual(self._order(tx).status, "released")
        with mute_logger(REFUSED):
            self._process(tx, "held", "released")
        self.assertEqual(tx.state, "cancel", "a late report does not bring the hold back")
        self.assertEqual(len(tx.child_transaction_ids), 1)

    def test_captured_in_the_cabinet(self):
        self.assertEqual(self._process(self._held_tx(), "paid").state, "done")

    def test_released_in_the_cabinet(self):
        tx = self._process(self._held_tx(), "released")
        self.assertEqual(tx.state, "cancel")
        with mute_logger(REFUSED):
            self._process(tx, "held", "released")
        self.assertEqual(tx.state, "cancel")

    def test_refund_of_a_captured_hold(self):
        """The money is on the capture, LiqPay's order on the transaction before it."""
        tx = self._held_tx()
        capture = tx._capture()
        refund = capture._refund(100.25)
        self.assertEqual(refund.state, "done")
        self._process(tx, "refunded")
        self.assertFalse(tx.child_transaction_ids - capture)
        self.assertEqual(capture.child_transaction_ids, refund)
        self._order(tx).refunded = self._order(tx).amount
        self._process(tx, "refunded")
        rest = capture.child_transaction_ids - refund
        self.assertRecordValues(rest, [{"state": "done", "amount": -150.25}])
