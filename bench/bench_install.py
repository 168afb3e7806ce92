"""Installing on 100,000 partners and a year of invoices, and uninstalling: time, and what changes.

The same installation without the data shows how much of the time is the data's.
"""

import os
import subprocess
import sys
import time

from measure import multiply, verdict

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import SQL

CLIENTS = 100_000
#: Everything of the ledger that an add-on has no business to change
FIGURES = SQL(
    """
    SELECT COUNT(*), SUM(balance), SUM(amount_residual), COUNT(*) FILTER (WHERE reconciled),
           SUM(HASHTEXT(CONCAT_WS('|', id, move_id, account_id, partner_id, balance,
                                  amount_residual, parent_state, date)))
      FROM account_move_line
    """
)
STATES = SQL(
    "SELECT state, payment_state, COUNT(*), SUM(amount_residual) FROM account_move"
    " GROUP BY state, payment_state ORDER BY state, payment_state"
)


def dev_db(*arguments):
    """Call dev/db of this checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    subprocess.run([os.path.join(here, "..", "dev", "db"), *arguments], check=True)


def odoo(*arguments):
    """Run Odoo's command line, and return its seconds."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "odoo", *arguments], check=True, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - begin


def fill(env, clients):
    """Multiply one client with one posted invoice."""
    partner = env["res.partner"].create({"name": "Client"})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-01-10",
            "invoice_line_ids": [(0, 0, {"name": "Visit", "price_unit": 100, "tax_ids": []})],
        }
    )
    invoice.action_post()
    first, _last = multiply(env, partner, SQL("generate_series(1, %s) AS number", clients))
    env.cr.execute(SQL("UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", first))
    partners = SQL("generate_series(%s::int, %s::int) AS number", first, first + clients - 1)
    number = SQL.identifier("number")
    first_move, _last = multiply(
        env,
        invoice,
        partners,
        partner_id=number,
        commercial_partner_id=number,
        name=SQL("'BENCH/' || number"),
        sequence_number=number,
        date=SQL("original.date + (number %% 365)"),
        access_token=SQL("NULL"),
    )
    moves = SQL(
        "(SELECT id AS move, partner_id AS number FROM account_move WHERE id >= %s) bench",
        first_move,
    )
    for line in invoice.line_ids:
        multiply(env, line, moves, partner_id=number, move_id=SQL.identifier("move"))
    env.cr.execute("ANALYZE")


def figures(name, then=None):
    """Return what the ledger of a database says, after some work on it."""
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        if then:
            then(env)
            env.flush_all()
        result = env.execute_query(FIGURES), env.execute_query(STATES)
    Registry.delete(name)
    close_db(name)
    return result


def main(env, clients=CLIENTS):
    """Print times, and whether the ledger stayed as it was."""
    quiet = ("--stop-after-init", "--no-http", "--log-level=error")
    seconds = {}
    for size in (0, clients):
        name = f"{env.cr.dbname}_install"
        dev_db("new", name, "odoo")
        try:
            before = figures(name, lambda other, size=size: size and fill(other, size))
            seconds[size] = odoo("-d", name, "-i", "prepaid_services", *quiet)
            installed = figures(name)
            odoo("module", "uninstall", "-d", name, "prepaid_services")
            uninstalled = figures(name)
        finally:
            dev_db("drop", name)
        print(f"installed over {size} invoices".ljust(44), f"{seconds[size]:8.1f} s")
        print("   ledger after installing".ljust(44), "same" if installed == before else "CHANGED")
        print(
            "   ledger after uninstalling".ljust(44), "same" if uninstalled == before else "CHANGED"
        )
    verdict("seconds to install over the data", seconds[clients], 60)
