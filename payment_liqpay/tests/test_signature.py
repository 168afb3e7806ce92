import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_liqpay import signature
from odoo.addons.payment_liqpay.tests.common import load_simulator

VECTORS = json.loads((Path(__file__).parent / "data" / "signature_vectors.json").read_text())
VERSIONS = {"sha3_256": 7, "sha1": 3}


@tagged("post_install", "-at_install")
class TestLiqPaySignature(BaseCase):
    """Pairs published by LiqPay or made by its SDKs, openssl and node; no database."""

    def test_vectors(self):
        for vector in VECTORS["vectors"]:
            with self.subTest(vector["name"]):
                version = VERSIONS[vector["algorithm"]]
                made = signature.sign(vector["data"], vector["private_key"], version)
                self.assertEqual(made, vector["signature"])
                self.assertTrue(signature.verify(vector["data"], made, vector["private_key"]))
                self.assertEqual(signature.decode(vector["data"]), vector["params"])

    def test_our_encoding_is_that_of_the_vectors(self):
        """Those without the documentation's compact JSON or the SDK's sorted keys."""
        encoded = [v for v in VECTORS["vectors"] if v["name"][:3] not in ("L1 ", "L2 ", "L11")]
        self.assertEqual(len(encoded), 8)
        for vector in encoded:
            self.assertEqual(signature.encode(vector["params"]), vector["data"], vector["name"])

    def test_refused(self):
        for vector in VECTORS["negative"]:
            with self.subTest(vector["name"]):
                self.assertFalse(
                    signature.verify(vector["data"], vector["signature"], vector["private_key"])
                )
        self.assertFalse(signature.verify("e30=", "підпис", "key"), "no ASCII is no error")

    def test_what_is_no_message(self):
        for data in ("", "%%%", "AAA", "W10=", "/////w=="):
            with self.subTest(data), self.assertRaises(ValueError):
                signature.decode(data)

    def test_simulator_signs_the_same(self):
        """Written apart from the add-on."""
        liqpay = load_simulator()["liqpay"]
        for vector in VECTORS["vectors"]:
            version = VERSIONS[vector["algorithm"]]
            made = liqpay.sign(vector["data"], vector["private_key"], version)
            self.assertEqual(made, vector["signature"], vector["name"])
