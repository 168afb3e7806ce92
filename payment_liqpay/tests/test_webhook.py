import base64
from unittest.mock import patch

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon
from odoo.addons.payment_liqpay import signature
from odoo.addons.payment_liqpay.const import RETURN_ROUTE, WEBHOOK_ROUTE
from odoo.addons.payment_liqpay.tests.common import PRIVATE_KEY, PUBLIC_KEY, LiqPayCommon

CONTROLLER = "odoo.addons.payment_liqpay.controllers.main"
UPDATE = "odoo.addons.payment_liqpay.models.payment_transaction_update"
CORE = "odoo.addons.payment.models.payment_transaction"


@tagged("post_install", "-at_install")
class TestLiqPayWebhook(LiqPayCommon, PaymentHttpCommon):
    """The simulator's callbacks over HTTP, with its faults."""

    def _press(self, tx, outcome, **faults):
        """The client's payment ends; every callback is posted. Returns the answers' statuses."""
        self.outbox.clear()
        with self._faults(**faults):
            self.simulator["world"].call_back(
                self.world, self.simulator["liqpay"], self._order(tx), outcome
            )
        return [
            self.url_open(
                url.replace(self.provider.get_base_url(), self.base_url()),
                data=body,
                headers={"Content-Type": kind},
            ).status_code
            for url, body, kind in self.outbox
        ]

    def _back(self, tx, method="GET"):
        """The browser comes back. Returns the answer without following it."""
        path = self._order(tx).return_url.replace(self.provider.get_base_url(), self.base_url())
        return self.url_open(path, method=method, allow_redirects=False)

    def test_paid(self):
        tx = self._tx()
        self.assertEqual(self._press(tx, "paid"), [200])
        self.assertEqual(tx.state, "done")

    def test_version_3(self):
        tx = self._tx()
        self.assertEqual(self._press(tx, "paid", old_signature="1"), [200])
        self.assertEqual(tx.state, "done")

    def test_duplicates(self):
        tx = self._tx()
        self.assertEqual(self._press(tx, "paid", duplicate="2", parallel="2"), [200] * 4)
        self.assertEqual(tx.state, "done")

    @mute_logger(CORE)
    def test_reordered(self):
        tx = self._tx()
        self._press(tx, "paid", before="processing,declined", after="processing,declined")
        self.assertEqual(len(self.outbox), 5)
        self.assertEqual(tx.state, "done")

    def test_delayed(self):
        """The browser is back before the callback."""
        tx = self._tx()
        self._press(tx, "paid", delay="0.05")
        self.assertFalse(self.outbox)
        self._back(tx)
        self.assertEqual(tx.state, "done", "asked on return")

    def test_bad_signature(self):
        tx = self._tx()
        with mute_logger(CONTROLLER):
            self.assertEqual(self._press(tx, "paid", bad_signature="1"), [403])
        self.assertEqual(tx.state, "draft")

    @mute_logger(UPDATE)
    def test_wrong_amount(self):
        tx = self._tx()
        self.assertEqual(self._press(tx, "paid", amount="1.00", duplicate="2"), [200, 200])
        self.assertEqual(tx.state, "error")

    @mute_logger(UPDATE)
    def test_wrong_currency(self):
        tx = self._tx()
        self._press(tx, "paid", currency="USD")
        self.assertEqual(tx.state, "error")

    def test_amount_as_text(self):
        tx = self._tx()
        self._press(tx, "paid", amount_as_text="1")
        self.assertEqual(tx.state, "done")

    def test_declined_then_paid(self):
        tx = self._tx()
        self._press(tx, "declined")
        self.assertEqual(tx.state, "error")
        self._press(tx, "paid")
        self.assertEqual(tx.state, "done")

    def test_refund_in_the_cabinet(self):
        tx = self._tx()
        self._press(tx, "paid")
        self._order(tx).refunded = 50
        self._press(tx, "refunded")
        self.assertRecordValues(tx.child_transaction_ids, [{"amount": -50.0, "state": "done"}])

    @mute_logger(CONTROLLER, CORE)
    def test_not_for_us(self):
        """Nonsense, another shop's, an unknown order: no error, and nothing changes."""
        webhook = self._build_url("/payment/liqpay/webhook")
        for data in ({}, {"data": "%%"}, {"data": "W10="}):
            self.assertEqual(self._make_http_post_request(webhook, data).status_code, 403)
        tx = self._tx()
        body = {**self._report(tx, "paid"), "order_id": {"a": 1}}
        form = self.simulator["liqpay"].envelope(body, self.provider.liqpay_private_key)
        self.assertEqual(self._make_http_post_request(webhook, form).status_code, 403)
        body = {**self._report(tx, "paid"), "public_key": "i999"}
        form = self.simulator["liqpay"].envelope(body, self.provider.liqpay_private_key)
        self.assertEqual(self._make_http_post_request(webhook, form).status_code, 403)
        form.pop("signature")
        self.assertEqual(self._make_http_post_request(webhook, form).status_code, 403)
        body = {**self._report(tx, "paid"), "order_id": "unknown"}
        form = self.simulator["liqpay"].envelope(body, self.provider.liqpay_private_key)
        self.assertEqual(self._make_http_post_request(webhook, form).status_code, 200)
        self.provider.write({"state": "disabled", "liqpay_private_key": False})
        form = self.simulator["liqpay"].envelope(self._report(tx, "paid"), "")
        self.assertEqual(self._make_http_post_request(webhook, form).status_code, 403)
        self.assertEqual(tx.state, "draft")

    # === RETURN === #

    def test_return_asks(self):
        tx = self._tx()
        self._press(tx, "paid", drop="1")
        self.assertEqual(tx.state, "draft")
        answer = self._back(tx)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("/payment/status"))
        self.assertEqual(tx.state, "done")

    def test_return_by_post_becomes_one_by_get(self):
        tx = self._tx()
        answer = self._back(tx, "POST")
        self.assertEqual(answer.status_code, 303)
        self.assertIn(f"/payment/liqpay/return?tx={tx.id}&token=", answer.headers["Location"])

    def test_return_in_another_browser(self):
        """Without a session the signed address still leads to this payment's status."""
        tx = self._tx()
        tx.landing_route = "/my/deposit"
        self._press(tx, "paid")
        self._back(tx)
        poll = self.make_jsonrpc_request("/payment/status/poll", {})
        self.assertEqual((poll["state"], poll["landing_route"]), ("done", "/my/deposit"))

    def test_return_without_a_right_token(self):
        tx = self._tx()
        self._ends(tx, "paid")
        bad = ("", "?tx=0&token=x", "?tx=x", f"?tx={2**31}&token=x", "?tx=²&token=x")
        for query in (*bad, f"?tx={tx.id}", f"?tx={tx.id}&token=x", f"?tx={tx.id}&token=я"):
            path = self._build_url(f"/payment/liqpay/return{query}")
            self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 303)
        self.assertEqual(tx.state, "draft", "nobody asked LiqPay")

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_return_while_liqpay_is_down(self):
        tx = self._tx()
        self._ends(tx, "paid")
        with self._faults(api_500="1"):
            self.assertEqual(self._back(tx).status_code, 303)
        hang = requests.exceptions.Timeout
        real = requests.request
        with patch.object(
            requests,
            "request",
            lambda method, url, **kw: real(method, url, **kw) if "payment" in url else raises(hang),
        ):
            self.assertEqual(self._back(tx).status_code, 303)
        self.assertEqual(tx.state, "draft")

    @mute_logger(CONTROLLER, CORE)
    def test_hostile_messages(self):
        """Signed or not, whatever stands in them: refused, and nothing changes."""
        tx = self._tx()
        good = {"public_key": PUBLIC_KEY, "order_id": tx.reference, "status": "success"}
        messages = [
            {**good, name: value}
            for name in ("order_id", "status", "amount", "currency", "payment_id", "public_key")
            for value in ([1], {"a": 1}, "a\0b", "\ud800")
        ]
        bodies = [signature.encode(message) for message in messages]
        bodies += [base64.b64encode(b"[" * 100_000).decode(), "", "x" * 10, "%00", "\0"]
        for data in bodies:
            for sign in (signature.sign(data, PRIVATE_KEY, 7), "", "\0"):
                answer = self.url_open(WEBHOOK_ROUTE, data={"data": data, "signature": sign})
                self.assertEqual(answer.status_code, 403, data[:60])
        self.assertEqual(tx.state, "draft")
        for amount in ("NaN", "Infinity", "1e999", True, None, "x"):
            data = signature.encode({**good, "amount": amount, "currency": "UAH"})
            sign = signature.sign(data, PRIVATE_KEY, 7)
            answer = self.url_open(WEBHOOK_ROUTE, data={"data": data, "signature": sign})
            self.assertLess(answer.status_code, 500)
            self.assertNotEqual(tx.state, "done")

    def test_hostile_returns(self):
        for tx in ("%0d%0aX: y", "%00", "9" * 5000, "%ED%A0%80", "a&token=b"):
            for method in ("GET", "POST"):
                path = f"{RETURN_ROUTE}?tx={tx}&token={tx}"
                answer = self.url_open(path, method=method, allow_redirects=False)
                self.assertLess(answer.status_code, 500, tx[:20])


def raises(error):
    raise error()
