"""How the price of a package becomes revenue. Pure arithmetic, importable without Odoo.

Amounts go in and out as floats that hold a decimal amount, as Odoo passes money around; inside, all
is exact decimal arithmetic, rounded half up to the currency's rounding step.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


def _decimal(value):
    """Return the decimal number that a float shows (82.64 is 82.64, not 82.6400000000000006)."""
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def round_half_up(amount, rounding):
    """Round an amount to a multiple of a currency's rounding step, half away from zero.

    :param amount: Decimal or float
    :param float rounding: step of the currency, e.g. 0.01 or 1.0
    :rtype: Decimal
    """
    step = _decimal(rounding)
    return (_decimal(amount) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def split_by_weights(amount, weights, rounding):
    """Split an amount in proportion to weights, by cumulative rounding: it adds up exactly.

    :param float amount: what is split
    :param list weights: not all zero
    :param float rounding: step of the currency
    :rtype: list[float]
    """
    exact, weights = _decimal(amount), [_decimal(weight) for weight in weights]
    whole, reached, given, parts = sum(weights), Decimal(0), Decimal(0), []
    for weight in weights:
        reached += weight
        target = round_half_up(exact * reached / whole, rounding)
        parts.append(float(target - given))
        given = target
    return parts


@dataclass(frozen=True)
class Schedule:
    """What a package has brought after some units (sessions, or days of a pass) of it.

    The rule: ``base_amount + round((total - base_amount) * (used - base_used) / (units -
    base_used))``, exactly ``total`` when all units are used. A modification (bonus, extension,
    restoration, price change) starts a new schedule from what was reached: prospective, what was
    earned stays earned (IFRS 15.21(a)).
    """

    total: float  # what all units together bring, including what they brought already
    units: int  # sessions or days promised, including those used already
    rounding: float  # step of the currency
    base_amount: float = 0.0  # what was reached when this schedule began
    base_used: int = 0  # units used when it began
    breakage: float = 0.0  # share of the units that is expected to lapse, 0 to 1
    base_broken: float = 0.0  # breakage of this total that was recognised when it began
    lapsed: float = 0.0  # breakage outside of this total: sessions that were not restored

    def earned(self, used):
        """Return the revenue of services after ``used`` units, never negative.

        :rtype: float
        """
        total, base = _decimal(self.total), _decimal(self.base_amount)
        if used >= self.units:
            return float(total)
        exact = (total - base) * (used - self.base_used) / (self.units - self.base_used)
        return float(max(base + round_half_up(exact, self.rounding), Decimal(0)))

    def broken(self, used):
        """Return the breakage after ``used`` units: what lapsed for good, and the expected part.

        The expected part (IFRS 15.B46, first sentence) is recognised in proportion to the
        rights exercised, and taken back when more is used than expected, so that revenue and
        breakage together never exceed the total.

        :rtype: float
        """
        base, lapsed = _decimal(self.base_broken), _decimal(self.lapsed)
        share = _decimal(self.breakage)
        if not share:
            return float(base + lapsed)
        rest = _decimal(self.total) - _decimal(self.base_amount)
        expected_used = (self.units - self.base_used) * (1 - share)
        target = rest * share
        if expected_used > 0:
            target = base + (target - base) * (used - self.base_used) / expected_used
        room = _decimal(self.total) - _decimal(self.earned(used))
        return float(max(min(round_half_up(target, self.rounding), room), Decimal(0)) + lapsed)

    def unearned_share(self, used):
        """Return the exact share of the total that is not earned after ``used`` units.

        Not rounded: prices with tax are multiplied by it.

        :rtype: Decimal
        """
        total, base = _decimal(self.total), _decimal(self.base_amount)
        if not total or used >= self.units:
            return Decimal(0)
        rest = (total - base) * (self.units - used) / (self.units - self.base_used)
        return min(rest / total, Decimal(1))
