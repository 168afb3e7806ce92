"""The simulator's pages: plain, and as wide as a phone."""

import json
from html import escape

STYLE = """
body{font:16px/1.4 sans-serif;margin:0;background:#f2f3f5;color:#222}
main{max-width:390px;margin:0 auto;padding:16px;box-sizing:border-box}
h1{font-size:20px} .sum{font-size:28px;margin:8px 0}
button,.button{display:block;width:100%;box-sizing:border-box;padding:13px;margin:10px 0;
border:1px solid #bbb;border-radius:8px;background:#fff;font-size:16px;
text-align:center;color:#222;text-decoration:none}
button.first{background:#2d6a4f;border-color:#2d6a4f;color:#fff}
.note{color:#666;font-size:14px} li{margin:4px 0} code{word-break:break-all}
"""


def page(title, content):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )


def hidden(fields):
    return "".join(
        f'<input type="hidden" name="{escape(str(name))}" value="{escape(str(value))}">'
        for name, value in fields.items()
    )


def _act(order, outcome, label, first=False):
    fields = hidden({"reference": order.reference, "outcome": outcome})
    mark = ' class="first"' if first else ""
    return (
        f'<form method="post" action="/act">{fields}'
        f'<button name="press_{outcome}"{mark}>{escape(label)}</button></form>'
    )


def checkout(world, order, buttons, title):
    """The provider's page: what is paid, and one button for each way it may end."""
    outcomes = dict(buttons)
    if order.hold:  # the money is only blocked
        outcomes = {"held": "Pay (the money is held)", **outcomes}
        outcomes.pop("paid", None)
    forms = [_act(order, word, label, not n) for n, (word, label) in enumerate(outcomes.items())]
    forms.append(_act(order, "leave", "Back without paying"))
    faults = ", ".join(f"{name}={value}" for name, value in world.faults.items()) or "none"
    press = world.fault("press")
    script = (
        f"<script>document.getElementsByName({json.dumps('press_' + press)})[0].click()</script>"
    )
    return page(
        f"{title} (simulator)",
        f"<div>{escape(order.description)}</div><div class='sum'>{order.amount:.2f} "
        f"{escape(order.currency)}</div>{''.join(forms)}"
        f"<p class='note'>Order {escape(order.reference)}. No money moves here. Faults: "
        f"{escape(faults)} (<a href='/'>change</a>)</p>{script if press else ''}",
    )


def send_back(url, fields):
    """A page that posts the browser back to the shop by itself."""
    return page(
        "Back to the shop",
        f'<form id="back" method="post" action="{escape(url)}">{hidden(fields)}'
        "<button>Continue</button></form>"
        "<script>document.getElementById('back').submit()</script>",
    )


def home(world, descriptions):
    """Orders with the provider's cabinet, faults, and where to read more."""
    rows = []
    for order in world.orders.values():
        left = order.amount - order.refunded - order.waiting_refund
        rows.append(
            f"<li>{escape(order.reference)}: {order.amount:.2f} {escape(order.currency)}, "
            f"{escape(order.status or 'open')}, refunded {order.refunded:.2f}"
        )
        if order.waiting_refund:
            rows.append(_cabinet(order, order.waiting_refund, "Pay the waiting refund out"))
        elif left and order.status in ("paid", "refunded", "held"):
            rows.append(_cabinet(order, left, "Refund in the cabinet"))
        rows.append("</li>")
    faults = "".join(
        f"<li><a href='/faults?{name}=1'>{name}</a>: {escape(text)}</li>"
        for name, text in descriptions.items()
    )
    now = "&amp;".join(f"{name}={escape(value)}" for name, value in world.faults.items())
    return page(
        "LiqPay and WayForPay (simulator)",
        f"<h2>Orders</h2><ul>{''.join(rows) or '<li>none yet</li>'}</ul>"
        f"<h2>Faults</h2><p>On now: <code>{now or 'none'}</code> <a href='/faults'>all off</a></p>"
        f"<p class='note'>Several: /faults?amount=1.00&amp;duplicate=3</p><ul>{faults}</ul>"
        "<p><a href='/log'>Log</a></p>",
    )


def _cabinet(order, amount, label):
    fields = hidden({"reference": order.reference})
    return (
        f'<form method="post" action="/cabinet">{fields}'
        f'<input name="amount" value="{amount:.2f}"><button>{escape(label)}</button></form>'
    )
