from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.payment_liqpay import signature
from odoo.addons.payment_liqpay.tests.common import PRIVATE_KEY, LiqPayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 10:00:00")
class TestLiqPayRequest(LiqPayCommon):
    """The form that leads to LiqPay's page."""

    def _form(self, tx):
        return self._extract_values_from_html_form(
            tx._get_processing_values()["redirect_form_html"]
        )

    def _params(self, tx):
        return signature.decode(self._form(tx)["inputs"]["data"])

    def test_form(self):
        self.partner.lang = "en_US"
        tx = self._create_transaction("redirect")
        form = self._form(tx)
        self.assertEqual(form["action"], f"{self.server.url}/liqpay/api/3/checkout")
        self.assertEqual(form["method"], "post")
        data = form["inputs"]["data"]
        self.assertEqual(form["inputs"]["signature"], signature.sign(data, PRIVATE_KEY, 7))
        params = signature.decode(data)
        base_url = self.provider.get_base_url()
        token = params["result_url"].rpartition("=")[2]
        self.assertEqual(
            params,
            {
                "version": 7,
                "public_key": "sandbox_i00000000000",
                "action": "pay",
                "amount": 250.5,
                "currency": "UAH",
                "description": f"Payment DEP-100 to {self.company.name}",
                "order_id": "DEP-100",
                "language": "en",
                "result_url": f"{base_url}/payment/liqpay/return?tx={tx.id}&token={token}",
                "server_url": f"{base_url}/payment/liqpay/webhook",
            },
        )
        self.assertEqual(len(token), 64)
        self.assertTrue(self._open_page(tx), "the simulator takes it")

    def test_version_3(self):
        self.provider.liqpay_version = "3"
        tx = self._create_transaction("redirect")
        form = self._form(tx)["inputs"]
        self.assertEqual(signature.decode(form["data"])["version"], 3)
        self.assertEqual(form["signature"], signature.sign(form["data"], PRIVATE_KEY, 3))
        self.assertTrue(self._open_page(tx))

    def test_amount_as_stored(self):
        tx = self._create_transaction("redirect", amount=1111.11)
        self.assertEqual(self._params(tx)["amount"], 1111.11)

    def test_language(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.env["res.lang"]._activate_lang("pl_PL")
        for lang, code in (("uk_UA", "uk"), ("en_US", "en"), ("pl_PL", "en")):
            self.partner.lang = lang
            tx = self._create_transaction("redirect", reference=lang)
            self.assertEqual(self._params(tx)["language"], code)

    def test_end_of_the_hold(self):
        tx = self._create_transaction("redirect")
        deadline = self.env.cr.now().replace(microsecond=0) + timedelta(days=400)
        with self._hold_until(deadline):
            self.assertEqual(
                self._params(tx)["expired_date"], deadline.strftime("%Y-%m-%d %H:%M:%S")
            )
        with self._hold_until(False):
            self.assertNotIn("expired_date", self._params(tx))

    def test_hold_is_over(self):
        tx = self._create_transaction("redirect")
        with self._hold_until(fields.Datetime.now()):
            values = tx._get_processing_values()
        self.assertEqual(values["state"], "error")
        self.assertIn("run out", values["state_message"])

    def test_manual_capture(self):
        self.provider.capture_manually = True
        tx = self._create_transaction("redirect")
        self.assertEqual(self._params(tx)["action"], "hold")

    def test_live_keys_in_test_mode_take_no_money(self):
        self.provider.liqpay_public_key = "i123"
        tx = self._create_transaction("redirect")
        self.assertEqual(self._params(tx)["sandbox"], 1)
        # At LiqPay itself nothing but the keys tells a test
        self.env["ir.config_parameter"].sudo().set_param("payment_liqpay.test_base_url", False)
        with self.assertRaisesRegex(ValidationError, "test mode"):
            self._params(tx)
        self.provider.state = "enabled"
        tx = self._create_transaction("redirect", reference="live")
        self.assertNotIn("sandbox", self._params(tx))

    def test_reference_is_new_for_ever(self):
        compute = self.env["payment.transaction"]._compute_reference
        self.assertEqual(compute("liqpay", prefix="DEP-100"), "DEP-100-20261122100000")
        self.assertEqual(compute("liqpay", prefix="Бронь-7"), "-7-20261122100000")
        self.assertEqual(compute("liqpay"), "tx-20261122100000")
        self.assertLessEqual(len(compute("liqpay", prefix="x" * 300)), 255)
        self._create_transaction("redirect", reference="DEP-100-20261122100000")
        self.assertEqual(compute("liqpay", prefix="DEP-100"), "DEP-100-20261122100000-1")
        self.assertEqual(
            compute("liqpay", prefix="R-DEP-100-20261122100000"), "R-DEP-100-20261122100000"
        )
        self.assertEqual(
            compute("liqpay", prefix="VISIT-7-20261122095900"),
            "VISIT-7-20261122095900",
            "the document has put the time into it",
        )
        self.assertEqual(compute("none", prefix="DEP-100"), "DEP-100")
