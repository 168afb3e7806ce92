"""The cockpit at 1,000,000 ledger lines, against the sum of its own SQL run bare."""

from measure import Salon, median, multiply, vacuum, verdict

from odoo.tools import SQL

#: Invoices: six journal items each, with top-up, income, debt, application
VISITS = 165_000
PACKAGES = 2_000


def day():
    """Return the SQL of a day in the last two years."""
    return SQL("CURRENT_DATE - (number %% 700)::int")


def fill(env, visits, packages):
    """Insert visits with all their journal items, and packages that are half used."""
    salon = Salon(env, clients=1, advance=5000.0)
    visit = salon.visits(1)
    visit.action_done()
    invoice = visit.sudo().invoice_id
    application = invoice._prepaid_applications()
    advance = application.line_ids.matched_credit_ids.credit_move_id.filtered(
        lambda line: line.account_type == "liability_current"
    )
    sold = _sell_package(env, salon)
    first, last = multiply(
        env,
        salon.clients.with_env(env),
        SQL("generate_series(1, %s) AS number", max(visits // 40, 1)),
    )
    env.cr.execute(
        SQL(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id BETWEEN %s AND %s",
            first,
            last,
        )
    )
    client = SQL("(%s + number %% %s)::int", first, last - first + 1)
    _fill_entries(env, visits, client, (invoice, application, advance.move_id))
    _fill_bookings(env, visits, client, visit)
    _fill_packages(env, packages, client, sold)
    vacuum(env)


def _sell_package(env, salon):
    """Return a package of ten with one used."""
    template = env["prepaid.subscription.template"].create(
        {"name": "Ten", "price": 300.0, "sessions": 10, "service_ids": salon.service.ids}
    )
    sale = template.with_env(salon.env).sell(salon.clients.id)
    package = salon.env["prepaid.subscription"].browse(sale["subscription_id"])
    package.use_session()
    return package.with_env(env)


def _fill_entries(env, visits, client, moves):
    """Copy entries, each with its lines, on days of two years."""
    for kind, move in enumerate(moves):
        lines = move.line_ids
        first, last = multiply(
            env,
            move,
            SQL("generate_series(1, %s) AS number", visits),
            name=SQL("'B' || %s || '/' || number", kind),
            date=day(),
            sequence_number=SQL("number + 1000"),
        )
        for line in lines:
            multiply(
                env,
                line,
                SQL("generate_series(%s::int, %s::int) AS number", first, last),
                move_id=SQL("number"),
                date=day(),
                date_maturity=day(),
                partner_id=client,
            )


def _fill_bookings(env, visits, client, visit):
    """Copy the visit, and one of each ten as a visit to come."""
    for state, when in (
        ("done", SQL("NOW() AT TIME ZONE 'UTC' - (number %% 700) * INTERVAL '1 day'")),
        ("confirmed", SQL("NOW() AT TIME ZONE 'UTC' + (number %% 60) * INTERVAL '1 day'")),
    ):
        multiply(
            env,
            visit.sudo().with_env(env),
            SQL("generate_series(1, %s) AS number", visits if state == "done" else visits // 100),
            partner_id=client,
            payer_id=client,
            event_id=SQL("NULL::int"),
            invoice_id=SQL("NULL::int"),
            state=SQL("%s::varchar", state),
            start=when,
            stop=SQL("%s + INTERVAL '1 hour'", when),
        )


def _fill_packages(env, packages, client, sold):
    """Copy the package with its rows."""
    first, last = multiply(
        env,
        sold,
        SQL("generate_series(1, %s) AS number", packages),
        partner_id=client,
        payer_id=client,
        invoice_line_id=SQL("NULL::int"),
        date_sale=SQL("CURRENT_DATE - (number %% 120)::int"),
    )
    for rows in (sold.use_ids, sold.revision_ids):
        for row in rows:
            multiply(
                env,
                row,
                SQL("generate_series(%s::int, %s::int) AS number", first, last),
                subscription_id=SQL("number"),
            )


class Recorder:
    """Remembers the statements that the figures send to the database."""

    def __init__(self, env):
        self.env, self.statements = env, []

    def __enter__(self):
        self.execute = type(self.env.cr).execute
        recorder = self

        def execute(cursor, query, params=None, log_exceptions=True):
            if isinstance(query, SQL):
                recorder.statements.append((query.code, query.params))
            elif params is not None or str(query).lstrip()[:6].upper() == "SELECT":
                recorder.statements.append((query, params))
            return recorder.execute(cursor, query, params, log_exceptions)

        type(self.env.cr).execute = execute
        return self

    def __exit__(self, *_exc):
        type(self.env.cr).execute = self.execute

    def run(self):
        """Run the statements again, bare, reading every row."""
        for query, params in self.statements:
            self.env.cr._obj.execute(query, params or None)
            if self.env.cr._obj.description:
                self.env.cr._obj.fetchall()


def main(env, visits=VISITS, packages=PACKAGES):
    """Print times and ratios."""
    fill(env, visits, packages)
    [(count,)] = env.execute_query(SQL("SELECT COUNT(*) FROM account_move_line"))
    print(f"{'ledger lines':<44}{count:9}")
    cockpit = env["prepaid.cockpit"]
    for name, work, limit in (
        ("cockpit: the numbers", cockpit.get_figures, 1.0),
        ("cockpit: the cash forecast, loaded after them", cockpit.get_forecast, None),
    ):
        work()
        env.invalidate_all()
        with Recorder(env) as recorder:
            work()
        ours = median(env, work)
        raw = median(env, recorder.run)
        print(f"{name:<44}{1000 * ours:9.1f} ms{len(recorder.statements):6} queries")
        print(f"{'  its SQL alone':<44}{1000 * raw:9.1f} ms")
        verdict("  ours / raw SQL", ours / raw, 1.5)
        if limit:
            verdict("  seconds", ours, limit)
