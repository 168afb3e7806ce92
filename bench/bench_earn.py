"""10,000 sessions of one day earned by the night, against an entry each made by plain Odoo."""

from datetime import timedelta

from measure import Salon, measured, memory, show, verdict

COUNT, STOCK = 10000, 100
USES, BATCH = 5, 500


def sell(env, salon, count):
    """Return the packages of so many sales, spread over the clients; the company books by day."""
    env.company.prepaid_earn_policy = "day"
    template = env["prepaid.subscription.template"].create(
        {"name": "10 Massages", "sessions": 10, "price": 99.99, "validity_number": 12}
    )
    template = template.with_env(salon.env)
    day, ids = env.company._prepaid_today() - timedelta(days=9), []
    for client in salon.clients:
        sale = template.sell(client.id, date=day, quantity=count // len(salon.clients))
        ids += sale["subscription_ids"]
    return salon.env["prepaid.subscription"].browse(ids)


def use(packages, day):
    """Record sessions of one day; nothing is booked before its night."""
    for start in range(0, len(packages), BATCH // USES):
        batch = packages[start : start + BATCH // USES]
        batch._use(
            [
                {
                    "package": package,
                    "partner": package.partner_id,
                    "date": day,
                    "units": 1,
                    "kind": "visit",
                }
                for package in batch
                for _index in range(USES)
            ]
        )
        batch.env.flush_all()
        batch.env.invalidate_all()


def book_plain(env, uses):
    """Create and post an entry for each session, as plain Odoo, from known values."""
    journal = env.company.prepaid_journal_id
    for values in [
        {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": each.date,
            "ref": each._earning_ref(),
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "account_id": account.id,
                        "partner_id": each.payer_id.id,
                        "balance": sign * each.amount_earned,
                    },
                )
                for account, sign in (
                    (each.subscription_id.deferred_account_id, 1),
                    (each.subscription_id.income_account_id, -1),
                )
            ],
        }
        for each in uses
    ]:
        env["account.move"].create(values).action_post()
        env.flush_all()


def main(env, count=COUNT):
    """Print times, queries, memory and the ratio."""
    salon = Salon(env, clients=500)
    packages, today = sell(env, salon, count // USES), env.company._prepaid_today()
    with measured(env) as recorded:
        use(packages, today - timedelta(days=1))
    uses = packages.sudo().use_ids
    book_plain(env, uses[:3])
    with measured(env) as plain:
        book_plain(env, uses[:STOCK])
    # What the batches leave behind is seen as growth of the peak
    env.flush_all()
    env.invalidate_all()
    before = memory()
    with measured(env) as night:
        env["prepaid.subscription"]._cron_daily()
    open_uses = env["prepaid.subscription.use"].search_count([("move_id", "=", False)])
    show("recorded at the desk", recorded, len(uses))
    show("earned by the night", night, len(uses))
    show("an entry each, plain Odoo", plain, STOCK)
    print(f"{'memory before the night, and its growth':<44}{before:9.0f} MB"
          f"{memory() - before:9.0f} MB    not booked: {open_uses}")
    ratio = (plain.seconds / STOCK) / (night.seconds / len(uses))
    verdict("plain Odoo / earned by the night, per session", ratio, 20, at_least=True)
