import json
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_wayforpay import const, signature
from odoo.addons.payment_wayforpay.tests.common import load_simulator

VECTORS = json.loads((Path(__file__).parent / "data" / "signature_vectors.json").read_text())
KEYS = {
    "W1": const.PURCHASE_KEYS,
    "W2": const.PURCHASE_KEYS,
    "W2b": const.PURCHASE_KEYS,
    "W3": const.PAYMENT_KEYS,
    "W4": const.PAYMENT_KEYS,
    "W5": const.ACCEPT_KEYS,
    "W6": const.STATUS_KEYS,
    "W7": const.PAYMENT_KEYS,
    "W8": const.MONEY_KEYS,
    "W9": const.MONEY_ANSWER_KEYS,
    "W10": const.MONEY_KEYS,
}


@tagged("post_install", "-at_install")
class TestWayForPaySignature(BaseCase):
    """Pairs of WayForPay's SDKs, openssl and independent packages; no database."""

    def test_vectors(self):
        self.assertEqual(len(VECTORS["vectors"]), len(KEYS))
        for vector in VECTORS["vectors"]:
            with self.subTest(vector["name"]):
                keys = KEYS[vector["name"].split()[0]]
                made = signature.sign(vector["values"], keys, vector["secret_key"])
                self.assertEqual(made, vector["signature"])
                signed = {**vector["values"], "merchantSignature": made}
                self.assertTrue(signature.verify(signed, keys, vector["secret_key"]))

    def test_refused(self):
        for vector in VECTORS["negative"]:
            with self.subTest(vector["name"]):
                signed = {**vector["values"], "merchantSignature": vector["signature"]}
                self.assertFalse(signature.verify(signed, const.PAYMENT_KEYS, vector["secret_key"]))
        for received in (None, "", 1, ["x"], "підпис"):
            values = {"merchantSignature": received}
            self.assertFalse(signature.verify(values, const.PAYMENT_KEYS, "key"))

    def test_numbers_stay_as_written(self):
        """The callback of the vectors says 250.5; a parser that makes 250.50 of it refuses it."""
        vector = next(v for v in VECTORS["vectors"] if v["name"].startswith("W3"))
        body = json.dumps({**vector["values"], "amount": 250.5, "reasonCode": 1100})
        values = signature.parse(body)
        self.assertEqual((values["amount"], values["reasonCode"]), ("250.5", "1100"))
        values["merchantSignature"] = vector["signature"]
        self.assertTrue(signature.verify(values, const.PAYMENT_KEYS, vector["secret_key"]))

    def test_bodies_seen_in_the_field(self):
        expected = {"a": "1", "b": None}
        for text in ('{"a":1,"b":null}', '[{"a":1,"b":null}]', '{"a":1,"b":}', '{"b": ,"a":1}'):
            with self.subTest(text):
                self.assertEqual(signature.parse(text), expected)
        for text in ("", "a=1", "[]", "[{},{}]", "1", '{"a":'):
            with self.subTest(text), self.assertRaises(ValueError):
                signature.parse(text)

    def test_simulator_signs_the_same(self):
        """Written apart from the add-on."""
        wayforpay = load_simulator()["wayforpay"]
        for vector in VECTORS["vectors"]:
            keys = KEYS[vector["name"].split()[0]]
            made = wayforpay.sign(vector["values"], keys, vector["secret_key"])
            self.assertEqual(made, vector["signature"], vector["name"])
