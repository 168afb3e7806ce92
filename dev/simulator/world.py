"""What the simulator knows: the shops' keys, the orders, the faults switched on, and a log."""

import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from decimal import Decimal

# Public test values: no money hangs on them. The demo and the tests configure Odoo with the same.
SHOPS = {
    "liqpay": {"sandbox_i00000000000": "sandbox_SimulatorPrivateKey0000000000000000"},
    "wayforpay": {"test_merch_n1": "flk3409refn54t54t*FNJRET"},
}

# name: what it does. The value is the text after "=" in the address; "0" or empty switches it off.
FAULTS = {
    "drop": "1: no callback is sent",
    "delay": "seconds: the callback comes that much later than the browser",
    "duplicate": "number: the callback comes that many times",
    "parallel": "number: that many callbacks at the same moment",
    "before": "outcomes, by comma, that are called back before the real one",
    "after": "outcomes, by comma, that are called back after the real one",
    "amount": "amount that the callback states instead of the order's",
    "currency": "currency that the callback states instead of the order's",
    "amount_as_text": "1: the amount is quoted in the callback, with two decimals",
    "bad_signature": "1: the callback is signed with another key",
    "old_signature": "1: LiqPay signs as version 3 (SHA-1) whatever was asked",
    "content_type": "form, json or text: how WayForPay labels its JSON",
    "as_list": "1: WayForPay puts its callback into a list",
    "no_redirect": "1: the browser is not sent back (the client closed the tab)",
    "press": "outcome: the checkout page presses that button by itself",
    "api_hang": "seconds that the API waits before it answers",
    "api_500": "1: the API answers with an error 500",
    "refuse_refund": "1: refunds and captures are refused",
    "slow_refund": "1: a refund is accepted, and paid out later (then a callback comes)",
    "unsigned_answer": "1: WayForPay's API answers carry a wrong signature",
}


class Refused(Exception):
    """A request that the provider does not take: `code` and a text for people."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


@dataclass
class Order:
    """One order of one shop; `status` is one of the neutral outcomes, None before any."""

    provider: str
    shop: str
    reference: str
    amount: Decimal
    currency: str
    description: str
    callback_url: str
    return_url: str
    hold: bool = False
    version: int = 7
    language: str = ""
    deadline: float | None = None  # seconds since the epoch
    number: int = 0
    status: str | None = None
    refunded: Decimal = Decimal(0)
    waiting_refund: Decimal = Decimal(0)


@dataclass
class World:
    """`deliver(url, body, content_type)` posts a callback and returns (HTTP status, text)."""

    shops: dict = field(default_factory=lambda: {name: dict(keys) for name, keys in SHOPS.items()})
    orders: dict = field(default_factory=dict)
    faults: dict = field(default_factory=dict)
    log: list = field(default_factory=list)
    deliver: object = None

    def __post_init__(self):
        self.deliver = self.deliver or post

    def note(self, what, **details):
        self.log.append({"time": round(time.time(), 3), "what": what, **details})

    def secret(self, provider, shop):
        """The shop's key. :raise Refused: the shop is unknown"""
        try:
            return self.shops[provider][shop]
        except KeyError:
            raise Refused("public_key_not_found", f"unknown shop {shop}") from None

    def signing_secret(self, order):
        """The key of a callback: another one when the fault asks for it."""
        return "other" if self.fault("bad_signature") else self.secret(order.provider, order.shop)

    def fault(self, name):
        value = self.faults.get(name, "")
        return "" if value == "0" else value

    def set_faults(self, values):
        """Switches faults on (replacing the former ones). :raise Refused: an unknown name"""
        unknown = sorted(set(values) - set(FAULTS))
        if unknown:
            raise Refused("unknown_fault", f"no such fault: {', '.join(unknown)}")
        self.faults = {name: value for name, value in values.items() if value not in ("", "0")}
        self.note("faults", faults=dict(self.faults))

    def open_order(self, order):
        """Registers an order of a checkout form; the same one may be opened again until it is paid.

        :raise Refused: the reference was paid before
        """
        known = self.orders.get(order.reference)
        if known and known.status in ("paid", "held", "refunded", "released"):
            raise Refused("order_id_duplicate", f"the order {order.reference} exists")
        order.number = known.number if known else 2763752316 + len(self.orders)
        self.orders[order.reference] = order
        self.note("checkout", provider=order.provider, reference=order.reference)
        return order

    def find(self, provider, reference):
        order = self.orders.get(reference)
        if not order or order.provider != provider or order.status is None:
            raise Refused("payment_not_found", f"no payment with the order {reference}")
        return order

    def refund(self, order, amount):
        """Takes `amount` back; a hold is released. Returns True when it is paid out later.

        :raise Refused: more than is left, or nothing was paid
        """
        if self.fault("refuse_refund"):
            raise Refused("err_access", "Refunds are not allowed for this shop")
        left = order.amount - order.refunded - order.waiting_refund
        if order.status not in ("paid", "held", "refunded") or not 0 < amount <= left:
            raise Refused("amount_limit", f"{amount} cannot be refunded: {left} is left")
        if order.status == "held":
            order.status = "released"
        elif self.fault("slow_refund"):
            order.waiting_refund += amount
            return True
        else:
            order.refunded += amount
            order.status = "refunded"
        return False

    def pay_out(self, order):
        """What `slow_refund` left waiting is paid out now."""
        order.refunded += order.waiting_refund
        order.waiting_refund = Decimal(0)
        order.status = "refunded"

    def capture(self, order, amount):
        if self.fault("refuse_refund") or order.status != "held" or amount > order.amount:
            raise Refused("err_access", "This hold cannot be completed")
        order.amount, order.status = amount, "paid"


def post(url, body, content_type):
    """Posts a callback as a provider would."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)


def call_back(world, module, order, outcome=None):
    """Sends the callbacks of an outcome, with the faults that are switched on."""
    if outcome:
        if order.deadline and time.time() > order.deadline:
            outcome = "expired"
        order.status = outcome
    if world.fault("drop") or not order.callback_url:
        world.note("callback dropped", reference=order.reference, outcome=order.status)
        return
    bodies = _bodies(world, module, order)
    delay = float(world.fault("delay") or 0)
    if delay:
        threading.Timer(delay, _send, (world, module, order, bodies)).start()
    else:
        _send(world, module, order, bodies)


def _bodies(world, module, order):
    """The callbacks to send, each a list of those sent at the same moment."""
    words = world.fault("before").split(",") + [order.status] + world.fault("after").split(",")
    rounds = []
    for word in filter(None, words):
        body = module.callback(world, order, word)
        if word == order.status:
            times = int(world.fault("duplicate") or 1)
            rounds += [[body] * int(world.fault("parallel") or 1)] * times
        else:
            rounds.append([body])
    return rounds


def _send(world, module, order, rounds):
    def send(body, content_type):
        status, text = world.deliver(order.callback_url, body, content_type)
        world.note(
            "callback",
            provider=order.provider,
            reference=order.reference,
            outcome=order.status,
            answer=status,
            accepted=module.accepted(world, order, status, text),
        )

    for bodies in rounds:
        threads = [threading.Thread(target=send, args=body) for body in bodies[1:]]
        for thread in threads:
            thread.start()
        send(*bodies[0])
        for thread in threads:
            thread.join()
