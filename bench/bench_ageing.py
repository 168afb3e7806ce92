"""Aged receivable over 1,000,000 invoices, today and six months ago, against hand-written SQL.

``BENCH_INVOICES=100000 make bench B=ageing`` for a smaller one.
"""

import os
import tracemalloc
from datetime import timedelta

from measure import Salon, median, multiply, vacuum, verdict

from odoo.tools import SQL

INVOICES = int(os.environ.get("BENCH_INVOICES", 1_000_000))
PER_CLIENT = 10
TIMES = 5


def fill(env, invoices):
    """Insert invoices of two years by SQL: a fifth is open, a fifth half paid, the rest paid."""
    salon = Salon(env, clients=1)
    visit = salon.visits(1)
    visit.action_done()
    paid = visit.sudo().invoice_id.line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    )
    partial = paid.matched_credit_ids.with_env(env)
    credit = partial.credit_move_id
    count = invoices // PER_CLIENT
    client, _last = multiply(
        env, salon.clients.with_env(env), SQL("generate_series(1, %s) AS number", count)
    )
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", [client])
    today = env.company._prepaid_today()
    day = SQL("%s::date - number %% 730", today)
    paid_on = SQL("LEAST(%s::date - number %% 730 + number %% 80, %s::date)", today, today)
    amount = SQL("(50 + number %% 70)")
    half = SQL("(CASE WHEN number %% 5 = 1 THEN %s / 2.0 ELSE %s END)", amount, amount)
    left = SQL(
        "(CASE number %% 5 WHEN 0 THEN %s WHEN 1 THEN %s / 2.0 ELSE 0 END)", amount, amount
    )
    payer = SQL("%s + number / %s", client, PER_CLIENT)
    first_debit, _last = multiply(
        env,
        paid.with_env(env),
        SQL("generate_series(0, %s) AS number", invoices - 1),
        partner_id=payer,
        date=day,
        invoice_date=day,
        date_maturity=SQL("%s + 14", day),
        balance=amount,
        amount_currency=amount,
        debit=amount,
        amount_residual=left,
        amount_residual_currency=left,
        reconciled=SQL("number %% 5 > 1"),
        full_reconcile_id=SQL("NULL"),
    )
    source = SQL(
        "(SELECT number, row_number() OVER (ORDER BY number) - 1 AS place"
        " FROM generate_series(0, %s) AS number WHERE number %% 5 > 0 ORDER BY number) AS paid",
        invoices - 1,
    )
    money = {"balance": SQL("-%s", half), "amount_currency": SQL("-%s", half), "credit": half}
    dates = {"date": paid_on, "date_maturity": paid_on, "invoice_date": SQL("NULL")}
    first_credit, _last = multiply(
        env,
        credit,
        source,
        partner_id=payer,
        full_reconcile_id=SQL("NULL"),
        **money,
        **dates,
    )
    multiply(
        env,
        partial,
        source,
        debit_move_id=SQL("%s + number", first_debit),
        credit_move_id=SQL("%s + place", first_credit),
        amount=half,
        debit_amount_currency=half,
        credit_amount_currency=half,
        max_date=paid_on,
        full_reconcile_id=SQL("NULL"),
    )
    vacuum(env)
    return count


def by_hand(env, as_of, rewind):
    """Return the question as a database expert would write it, 80 largest debtors and the total.

    :param bool rewind: whether as_of is past: add back what was matched since
    """
    receivable, advance = env["prepaid.receivable.report"]._accounts()
    where = SQL(
        "line.account_id IN %s AND line.parent_state = 'posted' AND line.company_id = %s"
        " AND line.date <= %s",
        (*receivable, *advance, 0),
        env.company.id,
        as_of,
    )
    columns = SQL(
        "line.partner_id, line.account_id, COALESCE(line.date_maturity, line.date) AS due, line.id"
    )
    items = SQL(
        "SELECT %s, line.amount_residual AS open FROM account_move_line line"
        " WHERE %s AND line.reconciled IS NOT TRUE",
        columns,
        where,
    )
    if rewind:
        items = SQL(
            """
            SELECT %(columns)s, line.amount_residual + COALESCE(since.amount, 0) AS open
              FROM account_move_line line
         LEFT JOIN since ON since.line_id = line.id
             WHERE %(where)s AND line.reconciled IS NOT TRUE
             UNION ALL
            SELECT %(columns)s, since.amount
              FROM since JOIN account_move_line line ON line.id = since.line_id
             WHERE %(where)s AND line.reconciled IS TRUE
            """,
            columns=columns,
            where=where,
        )
    return SQL(
        """
        WITH since AS (
            SELECT line_id, SUM(amount) AS amount FROM (
                SELECT debit_move_id AS line_id, amount FROM account_partial_reconcile
                 WHERE max_date > %(as_of)s
                 UNION ALL
                SELECT credit_move_id, -amount FROM account_partial_reconcile
                 WHERE max_date > %(as_of)s) both_sides GROUP BY line_id
        ), debtor AS (
            SELECT payer.commercial_partner_id AS id, %(sums)s FROM (
                SELECT partner_id, %(ages)s FROM (
                    SELECT item.*, %(as_of)s::date - due AS age, account_id IN %(advance)s AS adv
                      FROM (%(items)s) item) aged WHERE open != 0
              GROUP BY partner_id) own
              JOIN res_partner payer ON payer.id = own.partner_id
          GROUP BY 1
        )
        SELECT NULL, %(sums)s FROM debtor
         UNION ALL (SELECT debtor.* FROM debtor ORDER BY total DESC LIMIT 80)
        """,
        as_of=as_of,
        advance=(*advance, 0),
        items=items,
        sums=SQL(
            "SUM(due0) AS due0, SUM(due1) AS due1, SUM(due2) AS due2, SUM(due3) AS due3,"
            " SUM(due4) AS due4, SUM(due5) AS due5, SUM(credit) AS credit,"
            " SUM(advance) AS advance, SUM(total) AS total"
        ),
        ages=SQL(
            """
            SUM(open) FILTER (WHERE open > 0 AND age <= 0 AND NOT adv) AS due0,
            SUM(open) FILTER (WHERE open > 0 AND age BETWEEN 1 AND 30 AND NOT adv) AS due1,
            SUM(open) FILTER (WHERE open > 0 AND age BETWEEN 31 AND 60 AND NOT adv) AS due2,
            SUM(open) FILTER (WHERE open > 0 AND age BETWEEN 61 AND 90 AND NOT adv) AS due3,
            SUM(open) FILTER (WHERE open > 0 AND age BETWEEN 91 AND 120 AND NOT adv) AS due4,
            SUM(open) FILTER (WHERE open > 0 AND age > 120 AND NOT adv) AS due5,
            SUM(open) FILTER (WHERE open < 0 AND NOT adv) AS credit,
            SUM(open) FILTER (WHERE adv) AS advance,
            SUM(open) AS total
            """
        ),
    )


def run_by_hand(env, as_of, rewind):
    """Run the hand-written statement as an expert would: without just-in-time compilation."""
    env.cr.execute("SET LOCAL jit = off")
    return env.execute_query(by_hand(env, as_of, rewind))


def compare(env, name, as_of, clients):
    """Print times and ratios of one day, and the memory of reading all clients."""
    Report, past = env["prepaid.receivable.report"], as_of != env.company._prepaid_today()
    [total, *_rows] = run_by_hand(env, as_of, past)
    ours = Report.ageing(as_of, limit=80)["total"]
    assert abs(float(total[-1]) - ours["net"]) < 0.01, (total, ours)  # noqa: S101
    asked = Report.with_context(prepaid_as_of=str(as_of))
    columns = ["amount_receivable:sum", "amount_1:sum"]
    hand = median(env, lambda: run_by_hand(env, as_of, past), TIMES)
    page = median(env, lambda: Report.ageing(as_of, limit=80), TIMES)
    for label, seconds in (
        ("by hand: total and 80 largest debtors", hand),
        ("ageing: total and 80 largest debtors", page),
        (
            "first page of the list, by client",
            median(
                env,
                lambda: asked.formatted_read_group([], ["partner_id"], columns, limit=80),
                TIMES,
            ),
        ),
        (f"ageing: all {clients} clients", median(env, lambda: Report.ageing(as_of), TIMES)),
        ("beside the trial balance", median(env, lambda: Report.ledger_check(as_of), TIMES)),
    ):
        print(f"{name:<16}{label:<40}{1000 * seconds:9.0f} ms")
    verdict(f"{name}: ours / by hand", page / hand, 1.3)
    tracemalloc.start()
    count = len(Report.ageing(as_of)["rows"])
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    verdict(f"{name}: MB of Python for {count} clients", peak, 100)


def main(env, invoices=INVOICES):
    """Print times, ratios and memory."""
    clients, today = fill(env, invoices), env.company._prepaid_today()
    compare(env, "today", today, clients)
    compare(env, "six months ago", today - timedelta(days=182), clients)
