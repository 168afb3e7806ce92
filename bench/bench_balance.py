"""Balances of 100,000 clients: filter, sort and list page, against the same question in raw SQL."""

from measure import Salon, median, multiply, verdict

from odoo.tools import SQL

CLIENTS = 100_000


def fill(env, clients):
    """Insert clients with an advance and two receivable lines each; every third one owes."""
    salon = Salon(env, clients=1)
    client = salon.clients.with_env(env)
    visit = salon.visits(1)
    visit.action_done()
    advance = visit.sudo().invoice_id._prepaid_applications().line_ids.matched_credit_ids
    advance = advance.credit_move_id.filtered(lambda line: line.account_type != "asset_receivable")
    debt = visit.sudo().invoice_id.line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    )
    first, last = multiply(env, client, SQL("generate_series(1, %s) AS number", clients))
    source = SQL("generate_series(%s::int, %s::int) AS number", first, last)
    env.cr.execute(
        SQL(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id BETWEEN %s AND %s",
            first,
            last,
        )
    )
    number = SQL.identifier("number")
    for line, balance in (
        (advance, SQL("-(50 + number %% 70)")),
        (debt, SQL("CASE WHEN number %% 3 = 0 THEN 90 + number %% 50 ELSE 40 END")),
        (debt, SQL("CASE WHEN number %% 3 = 0 THEN 60 ELSE -40 END")),
    ):
        multiply(
            env,
            line,
            source,
            partner_id=number,
            balance=balance,
            amount_currency=balance,
            debit=SQL("GREATEST(%s, 0)", balance),
            credit=SQL("GREATEST(-(%s), 0)", balance),
        )
    for table in ("res_partner", "account_move_line"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def raw_sql(env):
    """Return the question as a database expert would write it: who owes, most first."""
    company = env.company
    receivables = env["account.account"].search([("account_type", "=", "asset_receivable")])
    return SQL(
        """
        SELECT partner.commercial_partner_id
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.account_id IN %s AND line.company_id = %s AND line.parent_state = 'posted'
      GROUP BY partner.commercial_partner_id
        HAVING SUM(line.balance) > 0
      ORDER BY SUM(line.balance) DESC, partner.commercial_partner_id
         LIMIT 80
        """,
        (company.prepaid_advance_account_id.id, *receivables.ids),
        company.id,
    )


def main(env, clients=CLIENTS):
    """Print times and ratios."""
    fill(env, clients)
    Partner, sql = env["res.partner"], raw_sql(env)
    owing = [("service_balance", "<", 0)]
    raw = median(env, lambda: env.execute_query(sql))
    both = median(env, lambda: Partner.search(owing, order="service_balance", limit=80))
    found = median(env, lambda: Partner.search(owing, limit=80))
    order = median(env, lambda: Partner.search([], order="service_balance", limit=80))
    page = Partner.search(owing, limit=80)
    read = median(env, lambda: page.read(["name", "service_balance", "prepaid_reserved"]))
    count = median(env, lambda: Partner.search_count(owing))
    for name, seconds in (
        ("raw SQL: who owes, most first", raw),
        ("search, ordered by balance, 80 of them", both),
        ("search, 80 of them", found),
        ("all clients ordered by balance, 80 of them", order),
        ("count of those who owe", count),
        ("read a page of 80 with balances", read),
    ):
        print(f"{name:<44}{1000 * seconds:9.1f} ms")
    verdict("search and order: ours / raw SQL", both / raw, 1.5)
