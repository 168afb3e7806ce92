"""What the benchmarks share: a salon without history, and a stopwatch that counts queries."""

import resource
import statistics
import time
from contextlib import contextmanager
from datetime import timedelta

from odoo.tools import SQL


class Measure:
    """Seconds and queries of a block of work."""

    seconds = queries = 0


@contextmanager
def measured(env):
    """Measure a block, with everything it leaves to be written, starting from a cold cache.

    It is committed at the end, outside the measure: the database is a copy for this run only.
    """
    env.flush_all()
    env.invalidate_all()
    measure, queries, begin = Measure(), env.cr.sql_log_count, time.perf_counter()
    yield measure
    env.flush_all()
    measure.seconds = time.perf_counter() - begin
    measure.queries = env.cr.sql_log_count - queries
    env.cr.commit()


def vacuum(env):
    """Commit, and do what autovacuum has done in a house that is in use.

    It gathers statistics, and notes which pages everybody sees: those are read from indexes alone.
    """
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    env.cr.execute("VACUUM (ANALYZE)")
    connection.autocommit = False


def median(env, work, times=5):
    """Return the median seconds of some work, each time with an empty cache."""
    taken = []
    for _time in range(times):
        env.invalidate_all()
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def memory():
    """Return the most memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(name, measure, count):
    """Print one line of result, per document."""
    print(
        f"{name:<44}{1000 * measure.seconds / count:9.1f} ms"
        f"{measure.queries / count:9.1f} queries   each of {count}"
    )


def verdict(name, ratio, goal, at_least=False):
    """Print a ratio and whether it meets its goal."""
    good = ratio >= goal if at_least else ratio <= goal
    sign = ">=" if at_least else "<="
    print(f"{name:<44}{ratio:9.2f}    goal {sign} {goal}   {'ok' if good else 'MISSED'}")


def multiply(env, record, source, **values):
    """Insert copies of a record's row by SQL, and return the ids of the first and the last.

    :param record: made by the ORM, so that every required column is filled
    :param SQL source: what to insert a copy for: items of FROM
    :param values: column -> SQL expression over ``source`` that differs from copy to copy
    """
    env.flush_all()
    table = record._table
    columns = [
        row[0]
        for row in env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name = %s AND column_name != 'id'",
                table,
            )
        )
    ]
    names = [SQL.identifier(column) for column in columns]
    copies = [values.get(column) or SQL.identifier("original", column) for column in columns]
    # What is copied refers to what is there: checking each foreign key would take minutes
    env.cr.execute("SET LOCAL session_replication_role = replica")
    [(first, last)] = env.execute_query(
        SQL(
            """
            WITH copy AS (
                INSERT INTO %(table)s (%(names)s)
                SELECT %(copies)s FROM %(table)s original, %(source)s
                 WHERE original.id = %(id)s
             RETURNING id
            )
            SELECT MIN(id), MAX(id) FROM copy
            """,
            table=SQL.identifier(table),
            names=SQL(", ").join(names),
            copies=SQL(", ").join(copies),
            source=source,
            id=record.id,
        )
    )
    env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
    env.invalidate_all()
    return first, last


class Salon:
    """A company with a desk, a service, and clients with money."""

    def __init__(self, env, clients=50, advance=5000.0):
        env.company._prepaid_setup()
        demo = env["prepaid.demo.salon"]
        demo._prepare_company()
        self.staff, services = demo._create_staff(), demo._create_services()
        self.service = services["Massage"]
        self.env = env(user=self.staff["desk"], context={"allowed_company_ids": env.company.ids})
        self.clients = env["res.partner"].create(
            [{"name": f"Client {number}"} for number in range(clients)]
        )
        journal = demo.env["account.journal"].search([("type", "=", "cash")], limit=1)
        env["prepaid.ledger"]._take(
            [
                {
                    "partner_id": client.id,
                    "company_id": env.company.id,
                    "journal_id": journal.id,
                    "amount": advance,
                    "date": env.company._prepaid_today() - timedelta(days=9),
                }
                for client in self.clients
            ]
        )

    def visits(self, count):
        """Return confirmed bookings, spread over the clients and the last days."""
        start = self.env["prepaid.booking"]._fields["start"].now().replace(microsecond=0)
        bookings = self.env["prepaid.booking"].create(
            [
                {
                    "partner_id": self.clients[number % len(self.clients)].id,
                    "service_id": self.service.id,
                    "user_id": self.staff["anna"].id,
                    "start": start - timedelta(days=number % 5, hours=number % 7),
                }
                for number in range(count)
            ]
        )
        bookings.action_confirm()
        self.env.flush_all()
        # As in a real salon, where a request finds what others committed, and fresh statistics
        self.env.cr.commit()
        self.env.cr.execute("ANALYZE")
        return bookings
