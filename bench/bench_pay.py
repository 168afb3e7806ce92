"""From the opened pay link to *confirmed*: seconds and taps, in Chromium at phone width.

Odoo's demo provider answers at once, so this is our and Odoo's share: pages, scripts, transaction,
journal entry, confirmation. Not a ratio: it is what a client waits for.
"""

import contextlib
import socket
import statistics
import subprocess
import sys
import time
from datetime import timedelta

from chromium import Chromium
from measure import Salon, verdict

COUNT = 11
GOAL_SECONDS, GOAL_TAPS = 4, 2
PAY = "button[name='o_payment_submit_button']"
CONFIRMED = ".o_prepaid_ics"


def sell_online(env):
    """Ask a deposit for everything, and take it with the demo provider."""
    company = env.company
    provider = env.ref("payment.payment_provider_demo")
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    provider.write({"company_id": company.id, "state": "test", "is_published": True})
    provider.journal_id = journal
    env.ref("payment_demo.payment_method_demo").active = True
    env["prepaid.deposit.rule"].create({"name": "Deposit", "percent": 20})


def links(env, salon, count):
    """Return the links of visits that wait for their deposit, of clients without money."""
    clients = env["res.partner"].create([{"name": f"Payer {number}"} for number in range(count)])
    start = env["prepaid.booking"]._fields["start"].now().replace(minute=0, second=0, microsecond=0)
    bookings = salon.env["prepaid.booking"].create(
        [
            {
                "partner_id": client.id,
                "service_id": salon.service.id,
                "user_id": salon.staff["anna"].id,
                "start": start + timedelta(days=7 + number),
            }
            for number, client in enumerate(clients)
        ]
    )
    bookings.action_confirm()
    env.cr.commit()
    return [booking._portal_path(token=True) for booking in bookings]


@contextlib.contextmanager
def server(env):
    """Serve the database as a salon does, and return its address."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = env.cr.dbname
    arguments = ["-d", name, f"--db-filter=^{name}$", f"--http-port={port}", "--log-level=error"]
    process = subprocess.Popen(
        [sys.executable, "-m", "odoo", "--http-interface=127.0.0.1", *arguments]
    )
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def pay(phone, url):
    """Pay one deposit like a client; return the seconds and the taps, the link's included."""
    begin, taps = time.perf_counter(), 1
    phone.open(url)
    phone.wait(PAY, "!element.disabled")
    phone.tap(PAY)
    taps += 1
    phone.wait(CONFIRMED)
    return time.perf_counter() - begin, taps


def main(env, count=COUNT):
    """Print the seconds of the first visitor, the median of the others, and the taps."""
    salon = Salon(env, clients=1)
    sell_online(env)
    paths = links(env, salon, count + 1)
    with server(env) as address, Chromium() as phone:
        cold, taps = pay(phone, address + paths[0])
        warm = [pay(phone, address + path)[0] for path in paths[1:]]
    print(f"{'first visitor after a start':<44}{cold:9.2f} s")
    print(f"{'slowest of the others':<44}{max(warm):9.2f} s")
    verdict("link to confirmed, median seconds, warm", statistics.median(warm), GOAL_SECONDS)
    verdict("taps", taps, GOAL_TAPS)
