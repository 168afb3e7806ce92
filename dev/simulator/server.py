"""Serves the simulator over HTTP on 127.0.0.1.

POST /liqpay/api/3/checkout, /wayforpay/pay     the pages that the client's browser is sent to
POST /liqpay/api/request,    /wayforpay/api     what Odoo itself asks
GET  /                 orders, faults, the provider's cabinet (refunds made there)
GET  /faults?drop=1&duplicate=3    switches faults on; without any, all are off
GET  /log              what happened, as JSON
"""

import json
import threading
import time
from decimal import Decimal, InvalidOperation
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from . import liqpay, pages, wayforpay
from .world import FAULTS, Refused, World, call_back

MODULES = {liqpay.NAME: liqpay, wayforpay.NAME: wayforpay}


class Simulator:
    """The server with its world: `with Simulator() as simulator: simulator.url`."""

    def __init__(self, port=0, world=None):
        self.world = world or World()
        handler = type("Handler", (Handler,), {"world": self.world})
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def start(self):
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    __enter__ = start

    def __exit__(self, *_error):
        self.stop()


class Handler(BaseHTTPRequestHandler):
    world = None

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path == "/log":
            self.answer(json.dumps(self.world.log, indent=1), "application/json")
        elif address.path == "/faults":
            self.guarded(self.set_faults, dict(parse_qsl(address.query)))
        elif address.path == "/":
            self.answer(pages.home(self.world, FAULTS))
        else:
            self.answer("not found", "text/plain", 404)

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        routes = {
            "/liqpay/api/3/checkout": lambda: self.checkout(liqpay, dict(parse_qsl(text))),
            "/liqpay/api/request": lambda: self.api(liqpay, dict(parse_qsl(text))),
            "/wayforpay/pay": lambda: self.checkout(wayforpay, parse_qs(text)),
            "/wayforpay/api": lambda: self.api(wayforpay, json.loads(text)),
            "/act": lambda: self.act(**dict(parse_qsl(text))),
            "/cabinet": lambda: self.cabinet(**dict(parse_qsl(text))),
        }
        route = routes.get(urlsplit(self.path).path)
        if route:
            self.guarded(route)
        else:
            self.answer("not found", "text/plain", 404)

    def guarded(self, route, *arguments):
        try:
            route(*arguments)
        except (Refused, ValueError, TypeError, InvalidOperation) as error:
            code = getattr(error, "code", "invalid_data")
            self.world.note("refused", code=code, text=str(error), path=self.path)
            self.answer(pages.page("Refused", f"<p><b>{code}</b></p><p>{error}</p>"), status=400)

    def set_faults(self, values):
        self.world.set_faults(values)
        self.redirect("/")

    def checkout(self, module, form):
        order = module.checkout(self.world, form)
        title = {"liqpay": "LiqPay", "wayforpay": "WayForPay"}[module.NAME]
        self.answer(pages.checkout(self.world, order, module.BUTTONS, title))

    def api(self, module, values):
        if self.world.fault("api_hang"):
            time.sleep(float(self.world.fault("api_hang")))
        if self.world.fault("api_500"):
            self.answer("internal error", "text/plain", 500)
            return
        answer, order = module.api(self.world, values)
        what = values.get("transactionType") or "api"
        self.world.note(what, provider=module.NAME, answer=answer)
        self.answer(json.dumps(answer), "application/json")
        if order:  # The provider tells the shop as well, after it has answered.
            threading.Timer(0.5, call_back, (self.world, module, order)).start()

    def act(self, reference="", outcome="", **_button):
        order = self.world.orders[reference]
        module = MODULES[order.provider]
        if outcome != "leave":
            call_back(self.world, module, order, outcome)
        if self.world.fault("no_redirect"):
            self.answer(pages.page("Done", "<p>The browser is not sent back (fault).</p>"))
            return
        method, url, fields = module.way_back(self.world, order)
        if method == "GET":  # A form would lose what follows the question mark.
            self.redirect(url)
        else:
            self.answer(pages.send_back(url, fields))

    def cabinet(self, reference="", amount="0"):
        """A refund that the shop makes at the provider, without Odoo."""
        order = self.world.orders[reference]
        if order.waiting_refund:
            self.world.pay_out(order)
        else:
            self.world.refund(order, Decimal(amount))
        call_back(self.world, MODULES[order.provider], order)
        self.redirect("/")

    def answer(self, text, kind="text/html; charset=utf-8", status=200):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, path):
        self.send_response(303)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Quiet: /log tells more."""
