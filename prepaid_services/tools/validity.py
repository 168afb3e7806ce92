"""From when to when a package is valid, and which of its days count. Importable without Odoo."""

from calendar import monthrange
from datetime import date, timedelta


def validity_end(start, number, unit):
    """Return the last day of a period: start + number - 1 day.

    Months and years end on the day before the same day number; where the target month does not
    have that day number, its last day is still valid (31 January + 1 month: 28 February).

    :param date start: first valid day
    :param int number: how many units, at least 1
    :param str unit: ``day``, ``week``, ``month`` or ``year``
    :rtype: date
    """
    if unit in ("day", "week"):
        return start + timedelta(days=number * (7 if unit == "week" else 1) - 1)
    months = start.month - 1 + number * (12 if unit == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    last = monthrange(year, month)[1]
    if start.day > last:
        return date(year, month, last)
    return date(year, month, start.day) - timedelta(days=1)


def month_ends(first, last):
    """Return the ends of months from ``first`` to ``last``, both included.

    :rtype: list[date]
    """
    days, day = [], month_end(first)
    while day <= last:
        days.append(day)
        day = month_end(day + timedelta(days=1))
    return days


def month_starts(first, last):
    """Return the first days of the months from that of ``first`` to that of ``last``.

    :rtype: list[date]
    """
    return [day.replace(day=1) for day in month_ends(first, month_end(last))]


def month_end(day):
    """Return the last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def days_between(first, last):
    """Return the number of days from ``first`` to ``last``, both included, at least 0."""
    return max((last - first).days + 1, 0)


def active_days(start, day, frozen):
    """Return how many days of a pass have passed at the end of a day, without frozen ones.

    :param date start: first valid day
    :param date day: the day whose end is asked for
    :param list frozen: ``(first, last)`` frozen days, both included; ``last`` may be None (open)
    :rtype: int
    """
    count = days_between(start, day)
    for first, last in frozen:
        count -= days_between(max(first, start), min(last or day, day))
    return max(count, 0)


def moved_end(end, frozen):
    """Return the end of a pass after its frozen days.

    :param date end: last valid day without freezing
    :param list frozen: ``(first, last)`` closed frozen periods
    :rtype: date
    """
    return end + timedelta(days=sum(days_between(first, last) for first, last in frozen))
