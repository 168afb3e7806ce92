"""10,000 overdue items of 2,000 clients: planned and sorted out in the same number of statements.

The measure is a dunning run of the community kind: a row per item written by the ORM, 3 ms each as
measured with the best module; here with a plain `create` per item in the same run.
"""

from datetime import timedelta

from measure import Salon, measured, multiply, show, verdict

from odoo import fields
from odoo.tools import SQL

ITEMS, CLIENTS, FEW, ROUNDS = 10000, 2000, 100, 3
MODULE_MS, TIMES = 3.0, 20


def owe(env, salon):
    """Give the clients overdue invoices: one by the ORM, its copies by SQL."""
    company = env.company
    due = company._prepaid_today() - timedelta(days=8)
    debtor = env["res.partner"].create({"name": "Debtor", "email": "debtor@example.com"})
    env.flush_all()
    first, last = multiply(env, debtor, SQL("generate_series(2, %s)", CLIENTS))
    env.cr.execute(
        SQL(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id BETWEEN %s AND %s",
            first,
            last,
        )
    )
    invoice = env["prepaid.ledger"]._invoice(
        [
            {
                "company_id": company.id,
                "partner_id": debtor.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    fields.Command.create({"product_id": salon.service.id, "price_unit": 50.0})
                ],
            }
        ]
    )
    line = invoice.line_ids.filtered(lambda each: each.account_type == "asset_receivable")
    multiply(
        env,
        line,
        SQL("generate_series(2, %s) AS number", ITEMS),
        partner_id=SQL("%s + number %% %s", first, last - first + 1),
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")


def plan_once(env, Reminder, company):
    """Plan everything from the beginning, and measure it."""
    env.cr.execute("TRUNCATE prepaid_reminder CASCADE")
    with measured(env) as plan:
        planned = Reminder._plan(company)
    assert planned == ITEMS, planned
    return plan


def seconds(measure):
    """Return the time of a block: of several rounds on a shared machine, the best counts."""
    return measure.seconds


def main(env):
    """Plan 10,000 reminders, again, and look for the next batch; then rows by the ORM."""
    salon = Salon(env, clients=2)
    company = env.company
    company.prepaid_reminders = True
    Reminder = env["prepaid.reminder"].with_company(company)
    with measured(env) as empty:
        Reminder._plan(company)
    owe(env, salon)
    plan = min((plan_once(env, Reminder, company) for _round in range(ROUNDS)), key=seconds)
    show("plan 10,000 overdue items", plan, ITEMS)
    with measured(env) as again:
        assert not Reminder._plan(company)
    show("the same again: nothing is planned twice", again, ITEMS)
    with measured(env) as batch:
        found = Reminder._next_batch(company)
    show("find the next batch to send", batch, len(found))
    rows = Reminder.search([], limit=FEW)
    values = [
        {
            "step_id": row.step_id.id,
            "topic": row.topic,
            "channel": row.channel,
            "company_id": row.company_id.id,
            "partner_id": row.partner_id.id,
            "res_id": row.res_id,
            "key": "again",
            "date_due": row.date_due,
            "amount": row.amount,
            "date_planned": row.date_planned,
        }
        for row in rows
    ]
    with measured(env) as one_by_one:
        for vals in values:
            Reminder.create(vals)
            env.flush_all()
    show("a row at a time, by the ORM", one_by_one, FEW)
    each = 1000 * plan.seconds / ITEMS
    verdict("times faster than 3 ms per item", MODULE_MS / each, TIMES, at_least=True)
    verdict("queries, compared with no items at all", plan.queries / empty.queries, 1.0)
    verdict("per item, against a row at a time", each * FEW / (1000 * one_by_one.seconds), 0.2)
