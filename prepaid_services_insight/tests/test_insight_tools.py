"""The arithmetic of the cash-gap gauge, without a database."""

import math
from itertools import permutations
from random import Random
from unittest import TestCase

from ..tools.delivery import Rate, first_match
from ..tools.forecast import (
    at_least,
    band,
    cover,
    curve,
    deviation,
    fit_hours,
    pace,
    run_down,
    spread,
)


class TestDelivery(TestCase):
    def test_pay_and_materials(self):
        self.assertEqual(Rate("hour", 20.0, 10.0).cost(2, 3.0, 100.0), 70.0)
        self.assertEqual(Rate("visit", 15.0).cost(2, 3.0, 100.0), 30.0)
        self.assertEqual(Rate("percent", 40.0, 5.0).cost(2, 3.0, 100.0), 45.0)

    def test_first_match_wins(self):
        anna = Rate("hour", 30.0, user_ids=frozenset([1]))
        nails = Rate("visit", 12.0, category_ids=frozenset([7]))
        massage = Rate("percent", 50.0, service_ids=frozenset([5]))
        rest = Rate("percent", 40.0)
        rates = [anna, nails, massage, rest]
        self.assertIs(first_match(rates, 1, 5, (7,)), anna)
        self.assertIs(first_match(rates, 2, 4, (3, 7)), nails)
        self.assertIs(first_match(rates, 2, 5, (3,)), massage)
        self.assertIs(first_match(rates, None, None), rest)
        self.assertIsNone(first_match([anna], None, 5))


class TestForecast(TestCase):
    def test_pace_is_drawn_to_the_usual_and_sinks(self):
        self.assertEqual(pace(0, 0, 0.5), 0.5)
        self.assertEqual(pace(8, 4, 0.5), 1.25)
        waiting = [pace(1, weeks, 0.5) for weeks in range(0, 60, 10)]
        self.assertEqual(waiting, sorted(waiting, reverse=True))

    def test_booked_visits_first_then_the_own_pace(self):
        given, lapses = spread(5, 0.5, {2: 1}, None, 26)
        self.assertEqual(given[2], 1)
        self.assertEqual([week for week in given if week < 2], [], "nothing before the booked one")
        self.assertEqual(given[3], 0.5)
        self.assertEqual(max(given), 10)
        self.assertEqual((sum(given.values()), lapses), (5, 0))

    def test_what_does_not_fit_lapses(self):
        given, lapses = spread(9, 0.5, {}, 3, 26)
        self.assertEqual((sum(given.values()), lapses), (2.0, 7.0))
        given, lapses = spread(9, 0.5, {}, 40, 26)
        self.assertEqual((sum(given.values()), lapses), (9, 0), "still valid at the end")
        given, lapses = spread(2, 1.0, {}, None, 26, first_week=5)
        self.assertEqual(given, {5: 1.0, 6: 1.0})

    def test_nothing_is_lost_and_nothing_invented(self):
        rng = Random(7)
        for _case in range(200):
            left, last = rng.randint(0, 30), rng.choice([None, rng.randint(0, 40)])
            booked = {rng.randint(0, 30): rng.randint(1, 3) for _each in range(rng.randint(0, 3))}
            given, lapses = spread(left, rng.random() * 3, booked, last, 26)
            self.assertLessEqual(sum(given.values()) + lapses, left + 1e-9)
            self.assertGreaterEqual(min([0, *given.values()]), 0)
            if last is not None and last < 26:
                self.assertAlmostEqual(sum(given.values()) + lapses, left)

    def test_run_down_is_the_sum_over_the_clients(self):
        rng = Random(3)
        clients = [(rng.random() * 500, 1 + rng.random() * 90) for _client in range(300)]
        naive = [0.0] * 26
        buckets = {}
        for balance, weekly in clients:
            lasts = min(math.ceil(balance / weekly), 27)
            old = buckets.get(lasts, (0.0, 0.0))
            buckets[lasts] = (old[0] + balance, old[1] + weekly)
            for week in range(26):
                amount = min(weekly, max(balance - weekly * week, 0.0))
                naive[week] += amount
        fast = run_down([(k, *sums) for k, sums in buckets.items()], 26)
        for ours, theirs in zip(fast, naive, strict=True):
            self.assertAlmostEqual(ours, theirs, places=6)

    def test_curve_and_band(self):
        self.assertEqual(curve(100.0, [10, 10], [30, 100]), [80.0, -10.0])
        self.assertEqual(at_least([5.0, 0.0], 3.0), [5.0, 3.0])
        low, high = band([100.0] * 4, 10.0, 10**9)
        self.assertAlmostEqual(high[0] - 100.0, 12.816, 5)
        self.assertAlmostEqual(high[3] - 100.0, 25.632, 5, "four weeks vary twice as much as one")
        self.assertAlmostEqual(low[3] + high[3], 200.0)
        _low, high = band([100.0] * 4, 10.0, 4)
        self.assertAlmostEqual(high[3] - 100.0, 12.816 * math.sqrt(8), 5, "a short history")
        self.assertEqual(deviation([5.0]), 0.0)
        self.assertAlmostEqual(deviation([1.0, 3.0]), math.sqrt(2))

    def test_hours_fit_earliest_expiry_first(self):
        self.assertEqual(fit_hours({1: 10.0, None: 5.0}, [4.0, 4.0, 4.0]), 12.0)
        self.assertEqual(fit_hours({0: 10.0, None: 5.0}, [4.0, 4.0, 4.0]), 9.0)
        self.assertEqual(fit_hours({}, [4.0]), 0.0)

    def test_no_order_fits_more(self):
        rng = Random(11)
        for _case in range(50):
            free = [rng.randint(0, 5) for _week in range(5)]
            owed = {week: rng.randint(1, 8) for week in rng.sample(range(5), 3)}
            best = max(self._fit_in_order(order, free) for order in permutations(owed.items()))
            self.assertEqual(fit_hours(owed, free), best)

    def _fit_in_order(self, order, free):
        """Fit deadlines in some order, each as late as possible."""
        room, total = list(free), 0
        for last, hours in order:
            for week in range(last, -1, -1):
                taken = min(room[week], hours)
                room[week], hours, total = room[week] - taken, hours - taken, total + taken
        return total

    def test_cover(self):
        self.assertEqual(cover(500.0, 250.0), 2.0)
        self.assertEqual(cover(500.0, 0.0), 0.0)
