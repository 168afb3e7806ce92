"""LiqPay's side: checkout form, callbacks and `api/request`."""

import base64
import binascii
import calendar
import hashlib
import hmac
import json
import time
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from .world import Order, Refused

NAME = "liqpay"
HASHES = {3: "sha1", 7: "sha3_256"}
# Neutral outcome: LiqPay's status. Any other word is taken as a status of LiqPay's own.
STATUS = {
    "paid": "success",
    "sandbox": "sandbox",
    "held": "hold_wait",
    "declined": "failure",
    "expired": "expired",
    "processing": "processing",
    "unverified": "wait_accept",
    "unfinished": "3ds_verify",
    "refunded": "reversed",
    "released": "reversed",
}
BUTTONS = {
    "paid": "Pay",
    "declined": "Card without money",
    "processing": "Bank takes its time",
    "unverified": "Paid, shop not verified yet",
    "unfinished": "Leave at 3-D Secure",
}


def sign(data, key, version):
    """LiqPay's signature of the text `data`: the binary digest in base64."""
    text = f"{key}{data}{key}".encode()
    return base64.b64encode(hashlib.new(HASHES[version], text).digest()).decode()


def envelope(params, key, version=7):
    """The two fields that carry every message."""
    data = base64.b64encode(json.dumps(params).encode()).decode()
    return {"data": data, "signature": sign(data, key, version)}


def read(world, form):
    """The parameters of a signed message. :raise Refused: as LiqPay would"""
    try:
        params = json.loads(base64.b64decode(form.get("data", ""), validate=True))
        version = int(params["version"])
        algorithm = 7 if version >= 7 else 3
        shop = params["public_key"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise Refused("invalid_data", "data is no signed base64 JSON") from None
    expected = sign(form["data"], world.secret(NAME, shop), algorithm)
    if not hmac.compare_digest(expected, form.get("signature", "")):
        world.note("bad signature", provider=NAME, reference=params.get("order_id"))
        raise Refused("invalid_signature", "the signature is wrong")
    return params


def amount_of(params):
    try:
        return Decimal(str(params["amount"]))
    except (KeyError, InvalidOperation):
        raise Refused("wrong_amount_currency", "the amount is wrong") from None


def checkout(world, form):
    """The order that a checkout form opens. :raise Refused: as LiqPay's page would"""
    params = read(world, form)
    missing = {"action", "amount", "currency", "description", "order_id"} - set(params)
    if missing:
        raise Refused("required", f"missing: {', '.join(sorted(missing))}")
    if params["currency"] not in ("UAH", "USD", "EUR") or len(params["order_id"]) > 255:
        raise Refused("wrong_amount_currency", "the currency or the order's length is wrong")
    for name in ("server_url", "result_url"):
        if len(params.get(name, "")) > 510:
            raise Refused("invalid_data", f"{name} is longer than 510 characters")
    return world.open_order(
        Order(
            provider=NAME,
            shop=params["public_key"],
            reference=params["order_id"],
            amount=amount_of(params),
            currency=params["currency"],
            description=params["description"],
            callback_url=params.get("server_url", ""),
            return_url=params.get("result_url", ""),
            hold=params["action"] == "hold",
            version=7 if int(params["version"]) >= 7 else 3,
            language=params.get("language", ""),
            deadline=_deadline(params.get("expired_date")),
        )
    )


def _deadline(text):
    """Seconds since the epoch of LiqPay's UTC text."""
    try:
        return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) if text else None
    except ValueError:
        raise Refused("invalid_data", f"expired_date is wrong: {text!r}") from None


def body(order, outcome):
    """A payment as LiqPay describes it in callbacks and in the answer to `status`."""
    status = STATUS.get(outcome, outcome)
    result = {
        "payment_id": order.number,
        "action": "hold" if order.hold else "pay",
        "status": status,
        "version": order.version,
        "type": "buy",
        "paytype": "card",
        "public_key": order.shop,
        "order_id": order.reference,
        "liqpay_order_id": f"SIM{order.number}",
        "description": order.description,
        "sender_card_mask2": "424242*42",
        "sender_card_type": "visa",
        "amount": float(order.amount),
        "currency": order.currency,
        "is_3ds": False,
        "language": order.language,
        "create_date": int(time.time() * 1000),
        "transaction_id": order.number,
    }
    if outcome == "declined":
        texts = {"uk": "Недостатньо коштів на картці"}
        text = texts.get(order.language, "Insufficient funds")
        result.update(err_code="9859", err_description=text)
    if order.refunded:
        result["refund_amount"] = float(order.refunded)
    return result


def callback(world, order, outcome):
    """(body, content type) of a callback, with the faults that change its content."""
    params = body(order, outcome)
    if world.fault("amount"):
        params["amount"] = float(world.fault("amount"))
    if world.fault("amount_as_text"):
        params["amount"] = f"{params['amount']:.2f}"
    params["currency"] = world.fault("currency") or params["currency"]
    version = 3 if world.fault("old_signature") else order.version
    form = envelope(params, world.signing_secret(order), version)
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def accepted(world, order, status, text):
    return status == 200


def way_back(world, order):
    """How the browser returns: (method, address, fields)."""
    return "GET", order.return_url, {}


def api(world, form):
    """The answer of `api/request`: (answer, callback to send afterwards or None)."""
    try:
        params = read(world, form)
        action = ACTIONS.get(params.get("action"))
        if not action:
            raise Refused("invalid_action", f"unknown action {params.get('action')}")
        return action(world, params)
    except Refused as refused:
        return {
            "result": "error",
            "status": "error",
            "err_code": refused.code,
            "err_description": str(refused),
        }, None


def _status(world, params):
    order = world.find(NAME, params.get("order_id"))
    return {"result": "ok", **body(order, order.status)}, None


def _refund(world, params):
    order = world.find(NAME, params.get("order_id"))
    waits = world.refund(order, amount_of(params))
    answer = {
        "result": "ok",
        "action": "refund",
        "payment_id": order.number,
        "status": "success" if waits else "reversed",
        "wait_amount": waits,
    }
    return answer, None if waits else order


def _complete(world, params):
    order = world.find(NAME, params.get("order_id"))
    world.capture(order, amount_of(params))
    return {"result": "ok", **body(order, order.status)}, order


ACTIONS = {"status": _status, "refund": _refund, "hold_completion": _complete}
