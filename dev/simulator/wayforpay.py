"""WayForPay's side: purchase form, callbacks and the JSON API."""

import hashlib
import hmac
import json
import time
from decimal import Decimal, InvalidOperation

from .world import Order, Refused

NAME = "wayforpay"
PURCHASE = (
    "merchantAccount merchantDomainName orderReference orderDate amount currency"
    " productName productCount productPrice"
).split()
PAYMENT = (
    "merchantAccount orderReference amount currency authCode cardPan transactionStatus reasonCode"
).split()
ACCEPT = "orderReference status time".split()
STATUS_REQUEST = "merchantAccount orderReference".split()
MONEY_REQUEST = "merchantAccount orderReference amount currency".split()
MONEY_ANSWER = "merchantAccount orderReference transactionStatus reasonCode".split()

# Neutral outcome: WayForPay's status and reason. Any other word is taken as a status of its own.
STATUS = {
    "paid": ("Approved", 1100, "Ok"),
    "held": ("WaitingAuthComplete", 1100, "Ok"),
    "declined": ("Declined", 1104, "Insufficient Funds"),
    "expired": ("Expired", 1124, "Cardholder session expired"),
    "processing": ("InProcessing", 1131, "In processing"),
    "antifraud": ("Pending", 1134, "Pending"),
    "unfinished": ("Created", 5100, "Wait 3ds data"),
    "refunded": ("Refunded", 1100, "Ok"),
    "released": ("Voided", 1100, "Ok"),
}
REASONS = {
    "payment_not_found": 1127,
    "invalid_signature": 1113,
    "order_id_duplicate": 1112,
    "amount_limit": 1128,
    "err_access": 1123,
}
BUTTONS = {
    "paid": "Pay",
    "declined": "Card without money",
    "processing": "Bank takes its time",
    "antifraud": "Held by antifraud",
    "expired": "Wait until the page expires",
}
TYPES = {"form": "application/x-www-form-urlencoded", "json": "application/json"}


def sign(values, keys, secret):
    """HMAC-MD5, in hexadecimal, of the values joined by semicolons."""
    parts = []
    for key in keys:
        value = values.get(key)
        parts += value if isinstance(value, list) else [value]
    text = ";".join("" if part is None else str(part) for part in parts)
    return hmac.new(secret.encode(), text.encode(), hashlib.md5).hexdigest()


def check(world, values, keys):
    """:raise Refused: the signature of a request is wrong"""
    expected = sign(values, keys, world.secret(NAME, values.get("merchantAccount")))
    if not hmac.compare_digest(expected, values.get("merchantSignature") or ""):
        world.note("bad signature", provider=NAME, reference=values.get("orderReference"))
        raise Refused("invalid_signature", "Signature is wrong")


def amount_of(values):
    try:
        return Decimal(values["amount"])
    except (KeyError, InvalidOperation, TypeError):
        raise Refused("amount_limit", "the amount is wrong") from None


def checkout(world, form):
    """The order that a purchase form opens; `form` maps names to lists of values.

    :raise Refused: as WayForPay's page would
    """
    lists = {"productName[]", "productCount[]", "productPrice[]"}
    values = {
        name.removesuffix("[]"): texts if name in lists else texts[0]
        for name, texts in form.items()
    }
    check(world, values, PURCHASE)
    for name in ("returnUrl", "serviceUrl"):
        if len(values.get(name, "")) > 256:
            raise Refused(1115, f"{name} is longer than 256 characters")
    timeout = values.get("orderTimeout")
    return world.open_order(
        Order(
            provider=NAME,
            shop=values["merchantAccount"],
            reference=values["orderReference"],
            amount=amount_of(values),
            currency=values["currency"],
            description=", ".join(values["productName"]),
            callback_url=values.get("serviceUrl", ""),
            return_url=values.get("returnUrl", ""),
            hold=values.get("merchantTransactionType") == "AUTH",
            language=values.get("language", ""),
            deadline=time.time() + int(timeout) if timeout else None,
        )
    )


def _number(amount):
    """Money as WayForPay writes it: 250.5, 200."""
    return int(amount) if amount == int(amount) else float(amount)


def body(order, outcome):
    """A payment as WayForPay describes it in callbacks and in the answer to CHECK_STATUS."""
    status, code, reason = STATUS.get(outcome, (outcome, 1100, "Ok"))
    went_through = status in ("Approved", "WaitingAuthComplete", "Refunded", "Voided")
    result = {
        "merchantAccount": order.shop,
        "orderReference": order.reference,
        "amount": _number(order.amount),
        "currency": order.currency,
        "authCode": "541963" if went_through else "",
        "email": "client@example.com",
        "phone": "380670000000",
        "createdDate": int(time.time()),
        "processingDate": int(time.time()),
        "cardPan": "41****8217" if went_through else "",
        "cardType": "Visa" if went_through else None,
        "issuerBankName": None,
        "recToken": "",
        "transactionStatus": status,
        "reason": reason,
        "reasonCode": code,
        "fee": 0,
        "paymentSystem": "card",
    }
    return result


def callback(world, order, outcome):
    """(body, content type) of a callback, with the faults that change its content."""
    values = body(order, outcome)
    if world.fault("amount"):
        values["amount"] = _number(Decimal(world.fault("amount")))
    if world.fault("amount_as_text"):
        values["amount"] = f"{values['amount']:.2f}"
    values["currency"] = world.fault("currency") or values["currency"]
    values["merchantSignature"] = sign(values, PAYMENT, world.signing_secret(order))
    content = json.dumps([values] if world.fault("as_list") else values)
    kind = world.fault("content_type") or "form"
    return content.encode(), TYPES.get(kind, "text/plain")


def accepted(world, order, status, text):
    """Whether Odoo's answer to a callback is the signed one that stops the repetitions."""
    try:
        answer = json.loads(text)
    except ValueError:
        return False
    if not isinstance(answer, dict) or answer.get("status") != "accept":
        return False
    return answer.get("signature") == sign(answer, ACCEPT, world.secret(NAME, order.shop))


def way_back(world, order):
    """How the browser returns: (method, address, fields)."""
    fields = body(order, order.status or "unfinished")
    fields["merchantSignature"] = sign(fields, PAYMENT, world.secret(NAME, order.shop))
    return "POST", order.return_url, {name: "" if v is None else v for name, v in fields.items()}


def api(world, values):
    """The answer of the API: (answer, order to call back about or None)."""
    try:
        action, keys = ACTIONS.get(values.get("transactionType"), (None, ()))
        if not action:
            raise Refused("err_access", "unknown transactionType")
        check(world, values, keys)
        return action(world, values)
    except Refused as refused:
        code = REASONS.get(refused.code, 1115)
        return {"reason": str(refused), "reasonCode": code}, None


def _answer(world, values, keys):
    secret = world.secret(NAME, values["merchantAccount"])
    if world.fault("unsigned_answer"):
        secret = "other"
    return {**values, "merchantSignature": sign(values, keys, secret)}


def _status(world, values):
    order = world.find(NAME, values.get("orderReference"))
    payment = body(order, order.status)
    if order.refunded:  # not documented for callbacks
        payment["refundAmount"] = _number(order.refunded)
    return _answer(world, payment, PAYMENT), None


def _refund(world, values):
    order = world.find(NAME, values.get("orderReference"))
    held = order.status == "held"
    try:
        waits = world.refund(order, amount_of(values))
    except Refused as refused:
        code = REASONS[refused.code]
        return _money(world, order, "Declined", code, str(refused)), None
    status = "RefundInProcessing" if waits else "Voided" if held else "Refunded"
    return _money(world, order, status), None if waits else order


def _settle(world, values):
    order = world.find(NAME, values.get("orderReference"))
    try:
        world.capture(order, amount_of(values))
    except Refused as refused:
        return _money(world, order, "Declined", REASONS[refused.code], str(refused)), None
    return _money(world, order, "Approved"), order


def _money(world, order, status, code=1100, reason="Ok"):
    values = {
        "merchantAccount": order.shop,
        "orderReference": order.reference,
        "transactionStatus": status,
        "reason": reason,
        "reasonCode": code,
    }
    return _answer(world, values, MONEY_ANSWER)


ACTIONS = {
    "CHECK_STATUS": (_status, STATUS_REQUEST),
    "REFUND": (_refund, MONEY_REQUEST),
    "SETTLE": (_settle, MONEY_REQUEST),
}
