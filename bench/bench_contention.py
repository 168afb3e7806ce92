"""20 programs spend from one balance at once, again and again: how long does each of them wait?

Real connections and threads; the work itself runs one after the other, so the best anybody could do
is the time of one call times the place in the line. Nobody may overdraw, nothing may be lost.
"""

import statistics
import threading
import time
from datetime import timedelta

from measure import Salon, vacuum, verdict

from odoo.service import model as rpc

SPENDERS, ROUNDS, GOAL_SECONDS = 20, 5, 5.0
PASSWORD = "desk"


def spend(name, uid, visit_ids, taken, errors):
    """Finish visits one after the other, as an integration does."""
    for visit_id in visit_ids:
        begin = time.perf_counter()
        try:
            rpc.dispatch(
                "execute_kw", [name, uid, PASSWORD, "prepaid.booking", "action_done", [[visit_id]]]
            )
        except Exception as error:  # noqa: BLE001 - counted
            errors.append(repr(error))
        taken.append(time.perf_counter() - begin)


def main(env, spenders=SPENDERS, rounds=ROUNDS):
    """Print the waiting times, and whether the money agrees."""
    salon = Salon(env, clients=1, advance=100_000.0)
    env.company.prepaid_overlap_policy = "allow"
    visits = salon.visits(spenders * rounds + 5)
    visits.write({"start": visits[0].start - timedelta(days=1)})
    vacuum(env)
    before = salon.clients.prepaid_balance
    name, uid = env.cr.dbname, salon.staff["desk"].id
    alone, taken, errors = [], [], []
    spend(name, uid, visits[:5].ids, alone, errors)
    threads = [
        threading.Thread(
            target=spend, args=(name, uid, visits[5 + n :: spenders].ids, taken, errors)
        )
        for n in range(spenders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    env.cr.rollback()
    env.invalidate_all()
    spent = before - salon.clients.prepaid_balance
    paid = sum(visits.filtered(lambda visit: visit.state == "done").mapped("price"))
    taken.sort()
    one = statistics.median(alone)
    print(f"{'one call alone':<44}{one:9.2f} s")
    for share in (50, 95, 100):
        seconds = taken[min(len(taken) * share // 100, len(taken) - 1)]
        print(f"{f'{spenders} at once, p{share}':<44}{seconds:9.2f} s")
    p95 = taken[min(len(taken) * 95 // 100, len(taken) - 1)]
    print(f"{'calls that failed':<44}{len(errors):9}    {errors[:1]}")
    verdict("spent / paid visits", spent / paid, 1.0)
    verdict("p95 seconds", p95, GOAL_SECONDS)
    verdict("p95 / the place in the line", p95 / (one * spenders), 2.0)
