import json
from contextlib import suppress
from unittest.mock import patch

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon
from odoo.addons.payment_wayforpay import signature
from odoo.addons.payment_wayforpay.const import PAYMENT_KEYS, RETURN_ROUTE, WEBHOOK_ROUTE
from odoo.addons.payment_wayforpay.tests.common import WayForPayCommon

CONTROLLER = "odoo.addons.payment_wayforpay.controllers.main"
UPDATE = "odoo.addons.payment_wayforpay.models.payment_transaction_update"
CORE = "odoo.addons.payment.models.payment_transaction"


@tagged("post_install", "-at_install")
class TestWayForPayWebhook(WayForPayCommon, PaymentHttpCommon):
    """The simulator's callbacks over HTTP, with its faults."""

    def _press(self, tx, outcome, **faults):
        """The client's payment ends; every callback is posted. Returns the answers' statuses."""
        self.outbox.clear()
        with self._faults(**faults):
            self.simulator["world"].call_back(
                self.world, self.simulator["wayforpay"], self._order(tx), outcome
            )
        statuses = []
        for url, body, kind in self.outbox:
            answer = self._post(body, kind, url)
            statuses.append(answer.status_code)
            if answer.ok:
                self.assertTrue(
                    self.simulator["wayforpay"].accepted(
                        self.world, self._order(tx), answer.status_code, answer.text
                    ),
                    "the answer that stops the repetitions is signed",
                )
        return statuses

    def _post(self, body, kind="application/x-www-form-urlencoded", url=None):
        url = url or f"{self.base_url()}/payment/wayforpay/webhook"
        url = url.replace(self.provider.get_base_url(), self.base_url())
        return self.url_open(url, data=body, method="POST", headers={"Content-Type": kind})

    def _back(self, tx, method="GET"):
        """The browser comes back. Returns the answer without following it."""
        path = self._order(tx).return_url.replace(self.provider.get_base_url(), self.base_url())
        return self.url_open(path, method=method, allow_redirects=False)

    def test_paid(self):
        tx = self._tx()
        self.assertEqual(self._press(tx, "paid"), [200])
        self.assertEqual(tx.state, "done")

    def test_labels(self):
        """JSON, whatever it is called, in a list or not."""
        for kind in ("form", "json", "text"):
            for as_list in ("", "1"):
                with self.subTest(kind=kind, as_list=as_list):
                    tx = self._tx(reference=f"{kind}{as_list}")
                    self.assertEqual(
                        self._press(tx, "paid", content_type=kind, as_list=as_list), [200]
                    )
                    self.assertEqual(tx.state, "done")

    def test_body_that_a_form_parser_would_cut(self):
        tx = self._tx()
        values = {**self._report(tx, "paid"), "repayUrl": "https://pay.example/?a=1&b=2+3%20"}
        values["merchantSignature"] = self.simulator["wayforpay"].sign(
            values, self.simulator["wayforpay"].PAYMENT, self.provider.wayforpay_secret_key
        )
        self.assertEqual(self._post(json.dumps(values).encode()).status_code, 200)
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
        tx._wayforpay_sync_status()  # as the cron that the callback triggered
        self.assertRecordValues(tx.child_transaction_ids, [{"amount": -50.0, "state": "done"}])

    def _signed(self, tx, key=None, **changes):
        wayforpay = self.simulator["wayforpay"]
        values = {**self._report(tx, "paid"), **changes}
        key = self.provider.wayforpay_secret_key if key is None else key
        return json.dumps(
            {**values, "merchantSignature": wayforpay.sign(values, wayforpay.PAYMENT, key)}
        ).encode()

    @mute_logger(CONTROLLER, CORE)
    def test_not_for_us(self):
        """Nonsense, another shop's, an unknown order: no error, and nothing changes."""
        tx = self._tx()
        for body in (b"", b"a=1", b"[]", b"{}", b"\xff", b'{"orderReference": {"a": 1}}'):
            self.assertEqual(self._post(body).status_code, 403, body)
        self.assertEqual(self._post(self._signed(tx, merchantAccount="x")).status_code, 403)
        self.assertEqual(self._post(self._signed(tx, key="x")).status_code, 403)
        answer = self._post(self._signed(tx, orderReference="unknown"))
        self.assertEqual(answer.json()["status"], "accept", "or WayForPay repeats it for days")
        self.provider.write({"state": "disabled", "wayforpay_secret_key": False})
        self.assertEqual(self._post(self._signed(tx, key="")).status_code, 403)
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
        self.assertIn(f"/payment/wayforpay/return?tx={tx.id}&token=", answer.headers["Location"])

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
            path = self._build_url(f"/payment/wayforpay/return{query}")
            self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 303)
        self.assertEqual(tx.state, "draft", "nobody asked WayForPay")

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_return_while_wayforpay_is_down(self):
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
        good = {
            "merchantAccount": self.provider.wayforpay_merchant_account,
            "orderReference": tx.reference,
            "transactionStatus": "Approved",
            "amount": "250.5",
            "currency": "UAH",
        }
        bodies = ["[" * 100_000, "", "x", "\0", '{"a":' * 50_000]
        for name in (*good, "cardPan", "authCode"):
            for value in (["1"], {"a": "1"}, "a\0b", "\ud800"):
                message = {**good, name: value}
                key = self.provider.wayforpay_secret_key
                with suppress(UnicodeEncodeError):
                    message["merchantSignature"] = signature.sign(message, PAYMENT_KEYS, key)
                bodies.append(json.dumps(message))
        for body in bodies:
            answer = self.url_open(WEBHOOK_ROUTE, data=body, method="POST")
            self.assertEqual(answer.status_code, 403, body[:200])
        self.assertEqual(tx.state, "draft")

    def test_hostile_returns(self):
        for tx in ("%0d%0aX: y", "%00", "9" * 5000, "%ED%A0%80", "a&token=b"):
            for method in ("GET", "POST"):
                path = f"{RETURN_ROUTE}?tx={tx}&token={tx}"
                answer = self.url_open(path, method=method, allow_redirects=False)
                self.assertLess(answer.status_code, 500, tx[:20])


def raises(error):
    raise error()
