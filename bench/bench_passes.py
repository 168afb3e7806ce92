"""The monthly run over 50,000 unlimited passes, killed half-way and started again."""

from datetime import timedelta
from unittest.mock import patch

from measure import Salon, measured, memory, multiply, show, verdict

from odoo.tools import SQL

PASSES = 50_000
#: How many passes the first run gets through before it is killed
KILLED_AFTER = 20_000


class Killed(BaseException):
    """The server was stopped."""


def fill(env, count):
    """Multiply one sold pass; return its template."""
    salon = Salon(env, clients=1)
    template = env["prepaid.subscription.template"].create(
        {"name": "Month Pass", "is_unlimited": True, "price": 299.99, "validity_number": 3}
    )
    day = env.company._prepaid_today().replace(day=1) - timedelta(days=1)
    template.with_env(salon.env).sell(salon.clients.id, date=day.replace(day=10))
    one, number = template.subscription_ids, SQL.identifier("number")
    revision = one.revision_id
    invoice_line = one.invoice_line_id
    move_first, _last = multiply(
        env,
        invoice_line.move_id,
        SQL("generate_series(2, %s) AS number", count),
        name=SQL("'BENCH/' || number"),
        sequence_number=number,
        access_token=SQL("NULL"),
    )
    moves = SQL("(SELECT id AS move FROM account_move WHERE id >= %s) bench", move_first)
    for line in invoice_line.move_id.line_ids:
        line_first, _last = multiply(env, line, moves, move_id=SQL.identifier("move"))
        if line == invoice_line:
            first_line = line_first
    lines = SQL(
        "(SELECT id AS number FROM account_move_line WHERE id BETWEEN %s AND %s) bench",
        first_line,
        first_line + count - 2,
    )
    first, _last = multiply(env, one, lines, invoice_line_id=number, revision_id=SQL("NULL"))
    packages = SQL(
        "(SELECT p.id AS number, l.move_id AS move FROM prepaid_subscription p"
        " JOIN account_move_line l ON l.id = p.invoice_line_id WHERE p.id >= %s) bench",
        first,
    )
    multiply(env, revision, packages, subscription_id=number, move_id=SQL.identifier("move"))
    env.cr.execute(
        "UPDATE prepaid_subscription p SET revision_id = r.id FROM prepaid_subscription_revision r"
        " WHERE r.subscription_id = p.id AND p.revision_id IS NULL"
    )
    env.invalidate_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return template


def run(env, killed_after=0):
    """Run the night; stop it as a killed server would, after so many passes."""
    crons, done = type(env["ir.cron"]), [0]

    def progress(self, processed=0, **kwargs):
        done[0] += processed
        if killed_after and done[0] > killed_after:
            self.env.cr.rollback()
            raise Killed
        self.env.cr.commit()
        return float("inf")

    with patch.object(crons, "_commit_progress", progress):
        try:
            env["prepaid.subscription"]._cron_daily()
        except Killed:
            env.transaction.clear()


def booked(env, template):
    """Return how many uses there are, of how many passes, and what the ledger says was earned."""
    [(uses, passes, earned)] = env.execute_query(
        SQL(
            "SELECT COUNT(*), COUNT(DISTINCT u.subscription_id), COALESCE(SUM(u.amount_earned), 0)"
            "  FROM prepaid_subscription_use u JOIN prepaid_subscription p"
            "    ON p.id = u.subscription_id WHERE p.template_id = %s",
            template.id,
        )
    )
    income = template.subscription_ids[:1].income_account_id
    [(ledger,)] = env.execute_query(
        SQL(
            "SELECT -SUM(balance) FROM account_move_line WHERE account_id = %s"
            " AND parent_state = 'posted'",
            income.id,
        )
    )
    return uses, passes, round(float(earned), 2), round(float(ledger or 0.0), 2)


def main(env, count=PASSES):
    """Print the time of both runs, and what is booked after each."""
    template = fill(env, count)
    env.flush_all()
    before = memory()
    with measured(env) as first:
        run(env, killed_after=KILLED_AFTER * count // PASSES)
    uses, passes, earned, ledger = booked(env, template)
    print(f"killed: {uses} uses of {passes} passes; earned {earned}, in the ledger {ledger}")
    part = passes
    with measured(env) as second:
        run(env)
    uses, passes, earned, ledger = booked(env, template)
    print(f"again:  {uses} uses of {passes} passes; earned {earned}, in the ledger {ledger}")
    with measured(env) as third:
        run(env)
    again = booked(env, template)
    show("a pass, until it was killed", first, part)
    show("a pass, after that", second, passes - part)
    show("a night with nothing to do", third, 1)
    print(f"{'memory before, and its growth':<44}{before:9.0f} MB{memory() - before:9.0f} MB")
    verdict("passes earned / passes", passes / count, 1, at_least=True)
    verdict("uses / passes: nothing twice", uses / passes, 1)
    verdict("in the ledger / earned", ledger / earned, 1)
    verdict("figures moved by a third run", float(again != (uses, passes, earned, ledger)), 0)
