"""Each screen's data, asked as the web client does, for salons of 2,000 to 500,000 visits.

What a screen costs must follow what it shows, not the history of the house: CPU (Python and
database), queries and bytes of each answer stand side by side for the sizes.

``BENCH_VISITS=2000,50000 make bench B=screens`` for other sizes; each gets a database of its own.
``BENCH_ONLY=risk,movement`` for some of the screens.
"""

import os
import subprocess
from datetime import timedelta

from big import Big
from measure import verdict
from screens import Cost, Screen, calendar, day_of, dialog

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db

SIZES = [int(size) for size in os.environ.get("BENCH_VISITS", "2000,50000,500000").split(",")]
ONLY = [part for part in os.environ.get("BENCH_ONLY", "").split(",") if part]
GOAL_MS, COCKPIT_MS, CALENDAR_TIMES = 300, 1000, 1.5
OURS = "prepaid_services."


def works(big):
    """Return what is asked, by name: ``(work, goal in ms or None)``."""
    desk, manager, client = big.desk, big.manager, big.one_client()
    family = client.env.company._prepaid_family().ids
    history = Screen(
        desk,
        OURS + "prepaid_client_movement_action",
        [("partner_id", "=", client.id), ("company_id", "in", family)],
        {"prepaid_partner_id": client.id},
    )
    today = day_of(big.today)
    week = (today - timedelta(days=3), today + timedelta(days=4))
    screens = {
        "movement: one client": (history, "page", GOAL_MS),
        "movement: one client, a row opened": (history, "again", GOAL_MS),
        "movement: all clients": (
            Screen(desk, OURS + "prepaid_client_movement_action"),
            "page",
            GOAL_MS,
        ),
        "risk: list": (Screen(manager, OURS + "prepaid_client_risk_action"), "page", GOAL_MS),
        "risk: a row opened": (
            Screen(manager, OURS + "prepaid_client_risk_action"),
            "again",
            GOAL_MS,
        ),
        "earned: pivot": (Screen(manager, OURS + "prepaid_earned_report_action"), "pivot", None),
        "earned: list": (
            Screen(manager, OURS + "prepaid_earned_report_action", view="list"),
            "page",
            None,
        ),
        "earned: check": (Screen(manager, OURS + "prepaid_earned_check_action"), "page", None),
        "sales of the day": (Screen(desk, OURS + "prepaid_daily_sale_action"), "page", GOAL_MS),
        "clients: list": (
            Screen(desk, OURS + "prepaid_client_action", view="list"),
            "page",
            GOAL_MS,
        ),
        "bookings: list": (Screen(desk, OURS + "prepaid_booking_action"), "page", GOAL_MS),
        "packages: list": (Screen(desk, OURS + "prepaid_subscription_action"), "page", GOAL_MS),
    }
    asked = {name: (ask(screen, kind), goal) for name, (screen, kind, goal) in screens.items()}
    cockpit = manager["prepaid.cockpit"]
    asked |= {
        "cockpit: figures": (cockpit.get_figures, COCKPIT_MS),
        "cockpit: forecast": (cockpit.get_forecast, COCKPIT_MS),
        "cash forecast: dialog opens": (manager["prepaid.cash.forecast"].action_new, None),
        "top-up: dialog opens": (
            dialog(desk, "prepaid.money", {"default_partner_id": client.id}),
            GOAL_MS,
        ),
        "calendar: everybody's week": (lambda: calendar(desk, *week), None),
        "calendar: the same, stock fields": (lambda: calendar(desk, *week, stock=True), None),
    }
    return {name: work for name, work in asked.items() if not ONLY or name.split(":")[0] in ONLY}


def ask(screen, kind):
    """Return the call of a screen."""
    return screen.again() if kind == "again" else getattr(screen, kind)


def measured(name, visits):
    """Make a salon in a database, and return the costs of its screens, and their goals."""
    registry = Registry(name)
    with registry.cursor() as cr:
        big = Big(api.Environment(cr, SUPERUSER_ID, {}), visits)
        cost = Cost(big.env)
        asked = works(big)
        costs = {key: cost.of(work) for key, (work, _goal) in asked.items()}
    Registry.delete(name)
    close_db(name)
    return costs, {key: goal for key, (_work, goal) in asked.items()}


def dev_db(*arguments):
    """Call dev/db of this checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    subprocess.run([os.path.join(here, "..", "dev", "db"), *arguments], check=True)


def main(env, sizes=tuple(SIZES)):
    """Print a line for each screen, with its costs at each size."""
    tables, goals = [], {}
    for size in sizes:
        name = f"{env.cr.dbname}_screens"
        dev_db("new", name)
        try:
            costs, goals = measured(name, size)
        finally:
            dev_db("drop", name)
        tables.append(costs)
    heads = "".join(f"{f'{size} visits':>34}" for size in sizes)
    print(f"{'CPU ms: Python + database, queries, KB':<40}{heads}")
    for key in goals:
        cells = "".join(
            f"{python:11.0f} +{database:7.0f}{queries:6}{size / 1024:8.0f}"
            for python, database, queries, size in (table[key] for table in tables)
        )
        print(f"{key:<40}{cells}")
    last = tables[-1]
    for key, goal in goals.items():
        if goal:
            verdict(key + ", ms", last[key][0] + last[key][1], goal)
    if "calendar: everybody's week" in last:
        ours, stock = (
            sum(last[key][:2])
            for key in ("calendar: everybody's week", "calendar: the same, stock fields")
        )
        verdict("calendar: ours / stock fields", ours / stock, CALENDAR_TIMES)
