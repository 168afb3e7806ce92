import logging
from pathlib import Path

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_liqpay.tests.common import PRIVATE_KEY, LiqPayCommon


@tagged("post_install", "-at_install")
class TestLiqPayProvider(LiqPayCommon):
    def test_features(self):
        self.assertEqual(self.provider.support_refund, "partial")
        self.assertEqual(self.provider.support_manual_capture, "full_only")
        self.assertEqual(
            set(self.provider.available_currency_ids.mapped("name")), {"UAH", "USD", "EUR"}
        )
        self.assertEqual(self.payment_method.code, "liqpay")
        self.assertTrue(self.payment_method.active, "enabling the provider offers its method")
        self.assertEqual(self.payment_method.support_refund, "partial")

    def test_only_its_currencies(self):
        arguments = (self.company_id, self.partner.id, 10)
        providers = self.env["payment.provider"].sudo()
        uah = providers._get_compatible_providers(*arguments, currency_id=self.currency.id)
        self.assertIn(self.provider, uah)
        pln = self._enable_currency("PLN")
        other = providers._get_compatible_providers(*arguments, currency_id=pln.id)
        self.assertNotIn(self.provider, other)

    def test_keys_are_required(self):
        with self.assertRaisesRegex(ValidationError, "Private Key"):
            self.provider.liqpay_private_key = False

    def test_sandbox_keys_take_no_money(self):
        with self.assertRaisesRegex(ValidationError, "sandbox key"):
            self.provider.state = "enabled"
        self.provider.write({"state": "enabled", "liqpay_public_key": "i123"})
        with self.assertRaisesRegex(ValidationError, "sandbox key"):
            self.provider.liqpay_public_key = "sandbox_i123"

    def test_reset(self):
        self.provider.action_reset_credentials()
        self.assertFalse(self.provider.liqpay_private_key or self.provider.liqpay_public_key)
        self.assertEqual(self.provider.state, "disabled")

    def test_keys_are_for_administrators(self):
        for name in ("liqpay_private_key", "liqpay_public_key"):
            with self.assertRaises(AccessError):
                self.provider.with_user(self.internal_user).read([name])
            with self.assertRaises(AccessError):
                self.provider.with_user(self.portal_user).read([name])

    def test_other_address_in_test_mode_only(self):
        self.assertIn("127.0.0.1", self.provider._liqpay_url("api/request"))
        self.provider.write({"state": "enabled", "liqpay_public_key": "i123"})
        real = "https://www.liqpay.ua/api/request"
        self.assertEqual(self.provider._liqpay_url("api/request"), real)
        self.provider.state = "test"
        self.env["ir.config_parameter"].set_param("payment_liqpay.test_base_url", False)
        self.assertEqual(self.provider._liqpay_url("api/request"), real)

    def test_neutralize(self):
        script = Path(__file__).parents[1] / "data" / "neutralize.sql"
        self.env.flush_all()
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.provider.liqpay_private_key or self.provider.liqpay_public_key)
        parameters = self.env["ir.config_parameter"]
        parameters.env.registry.clear_cache("stable")
        self.assertFalse(parameters.get_param("payment_liqpay.test_base_url"))

    def test_nothing_secret_in_the_log(self):
        tx = self._tx()
        self._ends(tx, "paid")
        with self.assertLogs("odoo.addons.payment", logging.INFO) as log:
            tx._liqpay_sync_status()
        text = "\n".join(log.output)
        self.assertIn("api/request", text)
        self.assertIn("'signature': '[REDACTED]'", text)
        self.assertIn('"sender_card_mask2": "[REDACTED]"', text)
        self.assertNotIn(PRIVATE_KEY, text)

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_answers_that_are_none(self):
        """No JSON, an error of the server, nobody there, a refusal: each with a text to show."""
        tx = self._tx()
        with self._faults(api_500="1"), self.assertRaisesRegex(ValidationError, "rejected"):
            tx._liqpay_request("status")
        with self.assertRaisesRegex(ValidationError, "payment_not_found|no payment"):
            tx._liqpay_request("status")
        self.assertEqual(tx._liqpay_request("status", liqpay_unknown_is_empty=True), {})
        self.provider.liqpay_private_key = "other"
        with self.assertRaisesRegex(ValidationError, "signature is wrong"):
            tx._liqpay_request("status")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("payment_liqpay.test_base_url", f"{self.server.url}/?")
        with self.assertRaises(ValidationError):
            tx._liqpay_request("status")
        parameters.set_param("payment_liqpay.test_base_url", "http://127.0.0.1:9")
        with self.assertRaisesRegex(ValidationError, "connection"):
            tx._liqpay_request("status")
