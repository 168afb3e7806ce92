"""Periods of an ageing report. Importable without Odoo."""

#: Periods besides *not due*: four of the chosen width, and everything older
PERIODS = 5
#: Keys of the report's columns: 0 is not due, 5 is older
BUCKETS = range(PERIODS + 1)


def bucket_keys(width):
    """Return the names of the buckets that programs get: ``not_due``, ``1-30`` … ``121+``.

    :param int width: days of a period, at least 1
    :rtype: list[str]
    """
    periods = [f"{n * width + 1}-{(n + 1) * width}" for n in range(PERIODS - 1)]
    return ["not_due", *periods, f"{(PERIODS - 1) * width + 1}+"]


def bucket_of(days, width):
    """Return the bucket of an item that is so many days old: 0 on its day, 1 from the next day on.

    The SQL of the report says the same; a test holds them together.

    :param int days: since the due date or the invoice date; negative or zero: not due
    :param int width: days of a period, at least 1
    :rtype: int
    """
    return 0 if days <= 0 else min((days - 1) // width + 1, PERIODS)
