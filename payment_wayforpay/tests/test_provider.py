import logging
from pathlib import Path

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_wayforpay import const
from odoo.addons.payment_wayforpay.tests.common import SECRET_KEY, WayForPayCommon


@tagged("post_install", "-at_install")
class TestWayForPayProvider(WayForPayCommon):
    def test_features(self):
        self.assertEqual(self.provider.support_refund, "partial")
        self.assertEqual(self.provider.support_manual_capture, "full_only")
        self.assertEqual(
            set(self.provider.available_currency_ids.mapped("name")), {"UAH"}
        )
        self.assertEqual(self.payment_method.code, "wayforpay")
        self.assertTrue(self.payment_method.active, "enabling the provider offers its method")

    def test_key_is_required(self):
        with self.assertRaisesRegex(ValidationError, "Secret Key"):
            self.provider.wayforpay_secret_key = False

    def test_public_account_takes_no_money(self):
        with self.assertRaisesRegex(ValidationError, "public test account"):
            self.provider.state = "enabled"
        self.provider.write({"state": "enabled", "wayforpay_merchant_account": "salon"})

    def test_reset(self):
        self.provider.action_reset_credentials()
        self.assertFalse(
            self.provider.wayforpay_secret_key or self.provider.wayforpay_merchant_account
        )

    def test_keys_are_for_administrators(self):
        for name in ("wayforpay_secret_key", "wayforpay_merchant_account"):
            with self.assertRaises(AccessError):
                self.provider.with_user(self.internal_user).read([name])
            with self.assertRaises(AccessError):
                self.provider.with_user(self.portal_user).read([name])

    def test_other_address_in_test_mode_only(self):
        self.assertIn("127.0.0.1", self.provider._build_request_url("api"))
        self.provider.write({"state": "enabled", "wayforpay_merchant_account": "salon"})
        self.assertEqual(self.provider._build_request_url("api"), const.API_URL)
        self.provider.state = "test"
        self.env["ir.config_parameter"].set_param("payment_wayforpay.test_base_url", False)
        self.assertEqual(self.provider._build_request_url("api"), const.API_URL)

    def test_neutralize(self):
        script = Path(__file__).parents[1] / "data" / "neutralize.sql"
        self.env.flush_all()
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertFalse(
            self.provider.wayforpay_secret_key or self.provider.wayforpay_merchant_account
        )

    def test_nothing_secret_in_the_log(self):
        tx = self._tx()
        self._ends(tx, "paid")
        with self.assertLogs("odoo.addons.payment", logging.INFO) as log:
            tx._wayforpay_sync_status()
        text = "\n".join(log.output)
        self.assertIn("'merchantSignature': '[REDACTED]'", text)
        self.assertIn('"cardPan": "[REDACTED]"', text)
        self.assertNotIn(SECRET_KEY, text)
        self.assertNotIn("client@example.com", text)

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_answers_that_are_none(self):
        """No JSON, an error of the server, nobody there, a refusal: each with a text to show."""
        tx = self._tx()
        ask = lambda: tx._wayforpay_request("CHECK_STATUS", const.STATUS_KEYS)  # noqa: E731
        self.assertEqual(ask(), {}, "an order without a payment")
        with self._faults(api_500="1"), self.assertRaisesRegex(ValidationError, "rejected"):
            ask()
        self._ends(tx, "paid")
        with self._faults(unsigned_answer="1"), self.assertRaisesRegex(ValidationError, "signed"):
            ask()
        self.provider.wayforpay_secret_key = "other"
        with self.assertRaisesRegex(ValidationError, "Signature is wrong"):
            ask()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("payment_wayforpay.test_base_url", f"{self.server.url}/?")
        with self.assertRaises(ValidationError):
            ask()
        parameters.set_param("payment_wayforpay.test_base_url", "http://127.0.0.1:9")
        with self.assertRaisesRegex(ValidationError, "connection"):
            ask()

    def test_answer_about_another_order(self):
        """A signed answer that belongs to somebody else's payment confirms nothing."""
        tx, other = self._tx(reference="mine"), self._tx(reference="other")
        self._ends(other, "paid")
        answer = other._wayforpay_request("CHECK_STATUS", const.STATUS_KEYS)
        asked = {
            "transactionType": "CHECK_STATUS",
            "merchantAccount": "test_merch_n1",
            "orderReference": tx.reference,
        }
        with self.assertRaisesRegex(ValidationError, "ignored"):
            self.provider._wayforpay_verify_answer(answer, asked)
