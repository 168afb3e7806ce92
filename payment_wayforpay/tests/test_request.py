from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.payment_wayforpay import const, signature
from odoo.addons.payment_wayforpay.tests.common import SECRET_KEY, WayForPayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 10:00:00")
class TestWayForPayRequest(WayForPayCommon):
    """The form that leads to WayForPay's page."""

    def _inputs(self, tx):
        return self._form(tx)["inputs"]

    def test_form(self):
        self.partner.write({"lang": "en_US", "phone": "067 000 00 00"})
        tx = self._create_transaction("redirect")
        form = self._form(tx)
        self.assertEqual(form["action"], f"{self.server.url}/wayforpay/pay")
        self.assertEqual(form["method"], "post")
        inputs = form["inputs"]
        base_url = self.provider.get_base_url()
        token = inputs["returnUrl"].rpartition("=")[2]
        signed = {name.removesuffix("[]"): value for name, value in inputs.items()}
        self.assertEqual(
            inputs,
            {
                "merchantAccount": "test_merch_n1",
                "merchantDomainName": "salon.example",
                "merchantAuthType": "SimpleSignature",
                "merchantTransactionType": "SALE",
                "merchantTransactionSecureType": "AUTO",
                "merchantSignature": signature.sign(signed, const.PURCHASE_KEYS, SECRET_KEY),
                "orderReference": "DEP-100",
                "orderDate": "1795341600",
                "amount": "250.50",
                "currency": "UAH",
                "productName[]": f"Payment DEP-100 to {self.company.name}",
                "productCount[]": "1",
                "productPrice[]": "250.50",
                "language": "EN",
                "returnUrl": f"{base_url}/payment/wayforpay/return?tx={tx.id}&token={token}",
                "serviceUrl": f"{base_url}/payment/wayforpay/webhook",
                "clientFirstName": "Norbert",
                "clientLastName": "Buyer",
                "clientEmail": "norbert.buyer@example.com",
                "clientPhone": "380670000000",
            },
        )
        self.assertEqual(len(token), 64)
        self.assertTrue(self._open_page(tx), "the simulator takes it")

    def test_domain_of_this_odoo(self):
        self.provider.wayforpay_domain = False
        self.env["ir.config_parameter"].set_param("web.base.url", "https://salon.example:8443")
        inputs = self._inputs(self._create_transaction("redirect"))
        self.assertEqual(inputs["merchantDomainName"], "salon.example")

    def test_ukrainian_texts_are_signed_as_sent(self):
        self.company.name = "Салон «Краса»"
        tx = self._create_transaction("redirect")
        self.assertIn("Краса", self._open_page(tx).description)

    def test_amount_as_stored(self):
        tx = self._create_transaction("redirect", amount=1111.11)
        self.assertEqual(self._inputs(tx)["amount"], "1111.11")

    def test_language(self):
        for lang in ("uk_UA", "pl_PL", "hu_HU"):
            self.env["res.lang"]._activate_lang(lang)
        for lang, code in (("uk_UA", "UA"), ("en_US", "EN"), ("pl_PL", "PL"), ("hu_HU", "AUTO")):
            self.partner.lang = lang
            tx = self._create_transaction("redirect", reference=lang)
            self.assertEqual(self._inputs(tx)["language"], code)

    def test_end_of_the_hold(self):
        tx = self._create_transaction("redirect")
        with self._hold_until(fields.Datetime.now() + timedelta(minutes=45)):
            self.assertEqual(self._inputs(tx)["orderTimeout"], "2700")
        with self._hold_until(False):
            self.assertNotIn("orderTimeout", self._inputs(tx))

    def test_hold_is_over(self):
        tx = self._create_transaction("redirect")
        with self._hold_until(fields.Datetime.now()):
            values = tx._get_processing_values()
        self.assertEqual(values["state"], "error")
        self.assertIn("run out", values["state_message"])

    def test_addresses_of_256_characters(self):
        """WayForPay cuts longer ones off: better no payment page than a payment nobody hears of."""
        parameters = self.env["ir.config_parameter"]
        host = "https://" + "x" * 128
        parameters.set_param("web.base.url", host)
        tx = self._create_transaction("redirect")
        with patch.object(type(tx), "id", 2**31 - 1, create=True):
            self.assertLessEqual(len(self._inputs(tx)["returnUrl"]), 256)
        parameters.set_param("web.base.url", host + "x" * 60)
        tx = self._create_transaction("redirect", reference="DEP-101")
        values = tx._get_processing_values()
        self.assertEqual(values["state"], "error")
        self.assertIn("256 characters", values["state_message"])

    def test_manual_capture(self):
        self.provider.capture_manually = True
        tx = self._create_transaction("redirect")
        self.assertEqual(self._inputs(tx)["merchantTransactionType"], "AUTH")

    def test_reference_is_new_for_ever(self):
        compute = self.env["payment.transaction"]._compute_reference
        self.assertEqual(compute("wayforpay", prefix="DEP-100"), "DEP-100-20261122100000")
        self.assertEqual(compute("wayforpay"), "tx-20261122100000")
        self.assertLessEqual(len(compute("wayforpay", prefix="x" * 300)), 64)
        self._create_transaction("redirect", reference="DEP-100-20261122100000")
        self.assertEqual(
            compute("wayforpay", prefix="R-DEP-100-20261122100000"), "R-DEP-100-20261122100000"
        )
        self.assertEqual(
            compute("wayforpay", prefix="VISIT-7-20261122095900"),
            "VISIT-7-20261122095900",
            "the document has put the time into it",
        )
        self.assertEqual(compute("none", prefix="DEP-100"), "DEP-100")
