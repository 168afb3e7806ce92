"""A phone: Chromium without a window, driven over its own debugging protocol."""

import base64
import contextlib
import itertools
import json
import pathlib
import resource
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import websocket

WIDTH, HEIGHT = 390, 844
PATIENCE = 60  # seconds until something expected must have happened


def unlimited():
    """Lift the limit on addresses that Odoo puts on itself: a browser reserves far more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


class Chromium:
    """One browser with one tab and an empty profile, closed at the end of a with block."""

    def __init__(self, width=WIDTH, height=HEIGHT, mobile=True):
        self.size = {"width": width, "height": height, "deviceScaleFactor": 2 if mobile else 1}
        self.mobile, self.numbers = mobile, itertools.count(1)

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        names = ("chromium", "google-chrome", "chromium-browser")
        program = next(filter(None, map(shutil.which, names)))
        arguments = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run")
        self.process = subprocess.Popen(
            [
                program,
                *arguments,
                f"--remote-debugging-port={port}",
                "--remote-allow-origins=*",
                f"--user-data-dir={self.profile.name}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=unlimited,
        )
        self.tab = websocket.create_connection(self._address(port), timeout=PATIENCE)
        for domain in ("Page", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", mobile=self.mobile, **self.size)
        return self

    def __exit__(self, *_error):
        self.tab.close()
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def _address(self, port):
        """Return where the tab listens, as soon as the browser has started."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                    tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
                    return tabs[0]["webSocketDebuggerUrl"]
            except (OSError, IndexError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def call(self, method, **params):
        """Send one command and return its result."""
        number = next(self.numbers)
        self.tab.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.tab.recv())
            if answer.get("id") == number:
                return answer.get("result", {})

    def open(self, url):
        """Follow a link."""
        self.call("Page.navigate", url=url)

    def value(self, expression):
        """Return the value of a JavaScript expression; None while the page changes."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer.get("result", {}).get("value")

    def wait(self, selector, ready="true"):
        """Wait until an element is there and, as ``element``, fulfils a JavaScript condition."""
        end = time.monotonic() + PATIENCE
        find = f"document.querySelector({json.dumps(selector)})"
        while not self.value(f"(element => Boolean(element && {ready}))({find})"):
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{selector} never came: {self.value('document.body.innerText')}"
                )
            time.sleep(0.01)

    def tap(self, selector):
        """Tap an element."""
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def picture(self, path):
        """Save what is on the screen as PNG."""
        answer = self.call("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))
