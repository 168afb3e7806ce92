"""Roll-forward of deferred revenue over 1,000,000 uses, against the best SQL by hand."""

from measure import Salon, median, multiply, verdict

from odoo.tools import SQL

USES = 1_000_000
DAYS = 730


def fill(env, uses):
    """Multiply one use with its entry, each with a line on deferred revenue and on income."""
    salon = Salon(env, clients=50)
    template = env["prepaid.subscription.template"].create(
        {"name": "10 Massages", "sessions": 10, "price": 99.99, "validity_number": 12}
    )
    day = env.company._prepaid_today().replace(month=1, day=1)
    for client in salon.clients:
        template.with_env(salon.env).sell(client.id, date=day)
    package = template.subscription_ids[-1:]
    package.with_env(salon.env).use_session(day)
    use = package.use_ids
    first, last = multiply(
        env,
        use.move_id,
        SQL("generate_series(1, %s) AS number", uses),
        name=SQL("'BENCH/' || number"),
        sequence_number=SQL.identifier("number"),
        date=SQL("original.date - (number %% %s)", DAYS),
    )
    moves = SQL(
        "(SELECT id AS move, date AS day FROM account_move WHERE id BETWEEN %s AND %s) bench",
        first,
        last,
    )
    move, day = SQL.identifier("move"), SQL.identifier("day")
    for line in use.move_id.line_ids:
        multiply(env, line, moves, move_id=move, date=day)
    multiply(env, use, moves, move_id=move, date=day, accounting_date=day)
    env.cr.commit()
    for table in ("account_move", "account_move_line", "prepaid_subscription_use"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def by_hand(report):
    """Return both questions of the report by month as a database expert would write them."""
    company, last = report.company_id, report.date_to
    rows = SQL(
        """
        SELECT date_trunc('month', day)::date, SUM(earned), SUM(broken), SUM(change)
          FROM (SELECT accounting_date AS day, SUM(amount_earned) AS earned,
                       SUM(amount_broken) AS broken, SUM(amount_deferred) AS change
                  FROM prepaid_subscription_use
                 WHERE company_id = %(company)s AND move_id IS NOT NULL
                   AND accounting_date <= %(last)s
              GROUP BY 1
                 UNION ALL
                SELECT accounting_date, SUM(amount_earned), SUM(amount_broken),
                       SUM(amount_deferred)
                  FROM prepaid_subscription_revision
                 WHERE company_id = %(company)s AND move_id IS NOT NULL
                   AND accounting_date <= %(last)s
              GROUP BY 1) days
      GROUP BY 1
        """,
        company=company.id,
        last=last,
    )
    ledger = SQL(
        """
        SELECT date_trunc('month', date)::date, SUM(balance)
          FROM (SELECT date, SUM(balance) AS balance
                  FROM account_move_line
                 WHERE account_id = %s AND company_id = %s AND parent_state = 'posted'
                   AND date <= %s
              GROUP BY 1) days
      GROUP BY 1
        """,
        company._prepaid_deferred_accounts().id,
        company.id,
        last,
    )
    return rows, ledger


def main(env, uses=USES):
    """Print times and the ratio, by month; and the times of the other groups."""
    fill(env, uses)
    today = env.company._prepaid_today()
    report = env["prepaid.deferred.rollforward"].create(
        {"date_from": today.replace(month=1, day=1), "date_to": today.replace(month=12, day=31)}
    )
    statements = by_hand(report)
    hand = median(env, lambda: [env.execute_query(statement) for statement in statements])
    print(f"{'by hand, by month and beside the ledger':<44}{1000 * hand:9.1f} ms")
    for group in ("month", "template", "client", "currency"):
        report.group_by = group
        seconds = median(env, report.action_show)
        print(f"{'the report by ' + group:<44}{1000 * seconds:9.1f} ms")
        if group == "month":
            ratio = seconds / hand
    report.group_by = "month"
    explain = median(env, report.action_explain, times=1)
    print(f"{'what explains a difference':<44}{1000 * explain:9.1f} ms")
    verdict("the report by month / by hand", ratio, 1.5)
