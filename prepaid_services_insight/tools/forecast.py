"""The cash-gap gauge: what will be delivered, and whether the cash lasts. Importable without Odoo.

Weeks are numbered from 0 (the one that begins on the day of the forecast). Amounts are floats in
company currency: a forecast is an estimate, nothing is booked from it.
"""

from math import sqrt

#: Four weeks of the usual pace are mixed into a client's own: a single visit is no habit yet
PRIOR_WEEKS = 4.0
#: 80 of 100 weeks are inside the band, if the coming ones vary like the past ones
BAND_Z = 1.2816


def pace(used, weeks, usual):
    """Return the sessions a week that a client will come for.

    The client's own pace, drawn towards the usual one while there is little history. It sinks by
    itself with every week in which a client does not come.

    :param float used: sessions used so far
    :param float weeks: weeks since the client could use them
    :param float usual: sessions a week of all clients
    :rtype: float
    """
    return (used + usual * PRIOR_WEEKS) / (max(weeks, 0.0) + PRIOR_WEEKS)


def spread(left, rate, booked, last_week, weeks, first_week=0):
    """Return how many sessions are given in each week, and how many of them lapse.

    Booked visits take place in their week; the rest follows after them at the client's pace,
    until nothing is left or the validity ends.

    :param float left: sessions left
    :param float rate: sessions a week
    :param dict booked: week -> sessions held by confirmed visits
    :param last_week: last week in which a session can be used, None: no end
    :param int weeks: how many weeks are looked at
    :param int first_week: the client is away (frozen) before it
    :return: week -> sessions, and the number that lapses within these weeks
    :rtype: tuple[dict, float]
    """
    given, start = {}, first_week
    for week, sessions in sorted(booked.items()):
        sessions = min(sessions, left)
        if sessions > 0 and 0 <= week < weeks:
            given[week] = sessions
            left -= sessions
            start = max(start, week + 1)
    end = weeks - 1 if last_week is None else min(last_week, weeks - 1)
    for week in range(start, end + 1):
        sessions = min(rate, left)
        if sessions <= 0:
            break
        given[week] = given.get(week, 0.0) + sessions
        left -= sessions
    lapses = left if last_week is not None and last_week < weeks else 0.0
    return given, lapses


def run_down(buckets, weeks):
    """Return how much of clients' balances is spent in each week.

    Clients are grouped by the number of weeks their balance lasts: within a group everybody spends
    the weekly amount until the last week, and then the rest. Exact for the group, without a loop
    over its clients.

    :param list buckets: ``(weeks it lasts, balances together, weekly amounts together)``
    :param int weeks: how many weeks are looked at
    :rtype: list[float]
    """
    spent = [0.0] * weeks
    for lasts, balance, weekly in buckets:
        for week in range(min(lasts - 1, weeks)):
            spent[week] += weekly
        if 1 <= lasts <= weeks:
            spent[lasts - 1] += balance - weekly * (lasts - 1)
    return spent


def at_least(known, usual):
    """Return for each week what is known already, or the usual amount where that is more.

    :param list known: a figure for each week
    :param float usual: of an average week
    """
    return [max(amount, usual) for amount in known]


def curve(opening, inflows, outflows):
    """Return what is there at the end of each week.

    :rtype: list[float]
    """
    level, levels = opening, []
    for inflow, outflow in zip(inflows, outflows, strict=True):
        level += inflow - outflow
        levels.append(level)
    return levels


def deviation(changes):
    """Return how much weekly changes differ from their mean (sample standard deviation).

    :rtype: float
    """
    if len(changes) < 2:
        return 0.0
    mean = sum(changes) / len(changes)
    return sqrt(sum((change - mean) ** 2 for change in changes) / (len(changes) - 1))


def band(levels, sigma, history):
    """Return the lower and the upper edge around a curve.

    Independent weeks add up by the root; that the usual week is itself only measured over some
    weeks adds an error that grows with the distance.

    :param list levels: end of each week
    :param float sigma: deviation of one week
    :param int history: weeks from which the usual week was measured
    :rtype: tuple[list, list]
    """
    width = [
        BAND_Z * sigma * sqrt(ahead + ahead**2 / max(history, 1))
        for ahead in range(1, len(levels) + 1)
    ]
    low = [level - each for level, each in zip(levels, width, strict=True)]
    high = [level + each for level, each in zip(levels, width, strict=True)]
    return low, high


def fit_hours(owed, free):
    """Return how many owed hours fit into free ones before they expire.

    The earliest expiry is served first; no other order can serve more.

    :param dict owed: last usable week (None: no end) -> hours
    :param list free: free hours of each week
    :rtype: float
    """
    room, fitted = list(free), 0.0
    ordered = sorted(owed.items(), key=lambda item: (item[0] is None, item[0] or 0))
    for last, hours in ordered:
        end = len(room) if last is None else min(last + 1, len(room))
        for week in range(end):
            taken = min(room[week], hours)
            room[week] -= taken
            hours -= taken
            fitted += taken
            if hours <= 0:
                break
    return fitted


def cover(cash, cost):
    """Return how many times the cash pays for what is owed; 0 when nothing is owed.

    :rtype: float
    """
    return cash / cost if cost > 0 else 0.0
