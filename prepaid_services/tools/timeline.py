"""How much money was there from a day on. Importable without Odoo."""

from bisect import bisect_right
from datetime import date


class Timeline:
    """The level of a purse over time: known at its end, and rewound by its changes."""

    def __init__(self, total, changes):
        """Rewind a purse.

        :param float total: what is there after all changes
        :param list changes: ``(day, amount)``, one for each day: what came, negative what went
        """
        self._days = [date.min]
        self._levels = [total - sum(amount for _day, amount in changes)]
        for day, amount in sorted(changes):
            self._days.append(day)
            self._levels.append(self._levels[-1] + amount)

    def first_day(self, day, amount):
        """Return the first day from which on so much was there all along.

        :param date day: not before this one
        :param float amount: what is to be taken, a rounding error less
        :return: the day of the last change when it was not there until then
        :rtype: date
        """
        first = self._days[-1]
        for since, level in zip(reversed(self._days), reversed(self._levels), strict=True):
            if level < amount:
                break
            first = since
        return max(day, first)

    def take(self, day, amount):
        """Take an amount from a day on."""
        index = bisect_right(self._days, day)
        self._days.insert(index, day)
        self._levels.insert(index, self._levels[index - 1])
        self._levels[index:] = [level - amount for level in self._levels[index:]]
