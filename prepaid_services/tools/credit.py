"""How much credit a client's history speaks for. Importable without Odoo."""

#: Days that bills were paid late, at most -> how many average months may be open
LATENESS = ((0, 2.0), (7, 1.5), (15, 1.0), (30, 0.5))
#: ... while no bill was paid yet
UNPROVEN = 1.0
#: Clients known for fewer months, or who stayed away this often, get half
NEW_MONTHS = 3
MANY_NO_SHOWS = 3
#: Whoever owes for longer gets none
OVERDUE_DAYS = 30
#: Proposals are round figures
STEP = 10


def propose_limit(
    monthly, days_late, overdue_days=0, no_shows=0, months=0, trust="normal", written_off=0
):
    """Propose a credit limit, with the arithmetic that leads to it.

    :param float monthly: average turnover of a month, in company currency
    :param days_late: average days after the due date at which bills were paid; None: no bill was
    :param int overdue_days: age of the oldest overdue item now; 0: nothing is overdue
    :param int no_shows: missed visits in the last year
    :param float months: since the first visit or invoice
    :param str trust: Odoo's degree of trust: ``good``, ``normal``, ``bad``
    :param int written_off: invoices that were never paid
    :return: the limit, and ``(reason, factor)`` in the order they were applied; reasons are
        ``punctual``, ``late``, ``unproven``, ``new``, ``no_shows``, ``overdue``, ``written_off``,
        ``trust_good``, ``trust_bad``
    :rtype: tuple[float, list[tuple[str, float]]]
    """
    if days_late is None:
        factors = [("unproven", UNPROVEN)]
    else:
        months_open = next((value for days, value in LATENESS if days_late <= days), 0.0)
        factors = [("punctual" if days_late <= 0 else "late", months_open)]
    if months < NEW_MONTHS:
        factors.append(("new", 0.5))
    if no_shows >= MANY_NO_SHOWS:
        factors.append(("no_shows", 0.5))
    if overdue_days > OVERDUE_DAYS:
        factors.append(("overdue", 0.0))
    if written_off:
        factors.append(("written_off", 0.0))
    if trust in ("good", "bad"):
        factors.append((f"trust_{trust}", 1.5 if trust == "good" else 0.0))
    limit = max(monthly, 0.0)
    for _reason, factor in factors:
        limit *= factor
    return limit // STEP * STEP, factors
