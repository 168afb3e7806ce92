"""Finishing 500 visits, one by one and in bulk, against plain Odoo making the same documents."""

import stock
from measure import Salon, measured, show, verdict

COUNT = 500


def ours(bookings):
    """Return the work of the front desk finishing visits."""
    return bookings.action_done


def plain(bookings):
    """Return the same work in plain Odoo, its values prepared beforehand."""
    prepared = stock.prepare(bookings)
    return lambda: stock.settle(prepared)


def add(totals, name, part):
    """Add the measure of a part to the total of a name."""
    total = totals.setdefault(name, part)
    if total is not part:
        total.seconds += part.seconds
        total.queries += part.queries


def one_by_one(env, salon, count):
    """Settle visits with an empty cache each, ours and plain in turns on the same machine."""
    totals = {}
    for mine, other in zip(salon.visits(count), salon.visits(count), strict=True):
        for name, way, booking in (("ours", ours, mine), ("plain", plain, other)):
            work = way(booking)
            with measured(env) as part:
                work()
            add(totals, name, part)
    return totals["ours"], totals["plain"]


def in_bulk(env, salon, count, way):
    """Settle all visits in one call."""
    work = way(salon.visits(count))
    with measured(env) as result:
        work()
    return result


def main(env, count=COUNT):
    """Print times, queries and ratios."""
    salon = Salon(env)
    one_by_one(env, salon, 3)
    single, plain_single = one_by_one(env, salon, count)
    bulk = in_bulk(env, salon, count, ours)
    plain_bulk = in_bulk(env, salon, count, plain)
    show("one by one", single, count)
    show("one by one, plain Odoo", plain_single, count)
    show("in bulk", bulk, count)
    show("in bulk, plain Odoo", plain_bulk, count)
    verdict("one by one: ours / plain", single.seconds / plain_single.seconds, 1.15)
    verdict("in bulk: ours / plain", bulk.seconds / plain_bulk.seconds, 1.15)
    verdict("one by one / in bulk, per visit", single.seconds / bulk.seconds, 4, at_least=True)
