"""The arithmetic of packages, without a database."""

from datetime import date, timedelta
from random import Random
from unittest import TestCase

from ..tools.recognition import Schedule, round_half_up, split_by_weights
from ..tools.timeline import Timeline
from ..tools.validity import active_days, month_ends, moved_end, validity_end


class TestRecognition(TestCase):
    def test_half_up(self):
        self.assertEqual(float(round_half_up(2.675, 0.01)), 2.68)
        self.assertEqual(float(round_half_up(-0.005, 0.01)), -0.01)
        self.assertEqual(float(round_half_up(12.5, 1.0)), 13)
        self.assertEqual(float(round_half_up(1.03, 0.05)), 1.05)

    def test_split_adds_up(self):
        self.assertEqual(split_by_weights(166.65, [1, 1], 0.01), [83.33, 83.32])
        self.assertEqual(split_by_weights(-17.36, [100, 50], 0.01), [-11.57, -5.79])

    def test_sessions_reach_the_total(self):
        for rounding, total in ((0.01, 82.64), (1.0, 10000.0), (0.001, 10.001)):
            schedule = Schedule(total, 7, rounding)
            steps = [schedule.earned(used) for used in range(8)]
            self.assertEqual((steps[0], steps[-1]), (0.0, total))
            self.assertEqual(steps, sorted(steps))

    def test_rebase_is_prospective(self):
        """4 of 10 used, 2 bonus: the remaining 600 over 8 sessions."""
        schedule = Schedule(1000.0, 12, 0.01, base_amount=400.0, base_used=4)
        self.assertEqual([schedule.earned(used) for used in (4, 5, 12)], [400.0, 475.0, 1000.0])
        # A session of the time before comes back at today's value, never below nothing
        self.assertEqual(schedule.earned(3), 325.0)
        steep = Schedule(1000.0, 5, 0.01, base_amount=40.0, base_used=4)
        self.assertEqual(steep.earned(3), 0.0)

    def test_goodwill_earns_nothing(self):
        schedule = Schedule(300.0, 9, 0.01, base_amount=300.0, base_used=6)
        self.assertEqual({schedule.earned(used) for used in range(6, 10)}, {300.0})

    def test_proportional_breakage(self):
        schedule = Schedule(1000.0, 10, 0.01, breakage=0.2)
        self.assertEqual([schedule.broken(used) for used in (5, 8, 9, 10)], [125, 200, 100, 0])

    def test_never_more_than_the_total(self):
        """Random schedules: earned and broken grow within the total and end on it."""
        random = Random(20260115)
        for _round in range(500):
            units, share = random.randint(1, 40), random.choice((0.0, 0.05, 0.25, 0.333, 0.9))
            total = random.randint(0, 10**6) / 100
            schedule = Schedule(total, units, 0.01, breakage=share)
            for used in range(units + 1):
                taken = round(schedule.earned(used) + schedule.broken(used), 2)
                self.assertTrue(0 <= taken <= total, (schedule, used))
            self.assertEqual(schedule.earned(units), total)

    def test_unearned_share(self):
        self.assertAlmostEqual(float(Schedule(82.64, 3, 0.01).unearned_share(1)), 2 / 3, 12)
        self.assertEqual(Schedule(82.64, 3, 0.01).unearned_share(3), 0)


class TestValidity(TestCase):
    def test_validity_end(self):
        for start, number, unit, end in (
            ("2026-01-31", 1, "month", "2026-02-28"),
            ("2028-01-31", 1, "month", "2028-02-29"),
            ("2027-03-01", 12, "month", "2028-02-29"),
            ("2026-01-15", 3, "month", "2026-04-14"),
            ("2026-02-01", 1, "month", "2026-02-28"),
            ("2024-02-29", 1, "year", "2025-02-28"),
            ("2026-12-31", 2, "month", "2027-02-28"),
            ("2026-01-01", 2, "week", "2026-01-14"),
            ("2026-01-01", 1, "day", "2026-01-01"),
        ):
            self.assertEqual(
                validity_end(date.fromisoformat(start), number, unit), date.fromisoformat(end)
            )

    def test_month_ends(self):
        days = month_ends(date(2026, 1, 31), date(2026, 3, 30))
        self.assertEqual(days, [date(2026, 1, 31), date(2026, 2, 28)])

    def test_frozen_days_do_not_count(self):
        start, frozen = date(2026, 1, 1), [(date(2026, 1, 10), date(2026, 1, 14))]
        self.assertEqual(active_days(start, date(2026, 1, 9), frozen), 9)
        self.assertEqual(active_days(start, date(2026, 1, 12), frozen), 9)
        self.assertEqual(active_days(start, date(2026, 1, 31), frozen), 26)
        end = moved_end(date(2026, 1, 31), frozen)
        self.assertEqual(end, date(2026, 1, 31) + timedelta(days=5))
        self.assertEqual(active_days(start, end, frozen), 31)
        self.assertEqual(active_days(start, end, [(date(2026, 1, 10), None)]), 9)
        self.assertEqual(active_days(start, date(2025, 12, 31), frozen), 0)


class TestTimeline(TestCase):
    """A purse: 500 on the 5th, 360 away from the 10th to the 15th."""

    def setUp(self):
        super().setUp()
        changes = [(10, -360.0), (15, 360.0)]
        self.line = Timeline(500.0, [(date(2026, 1, day), amount) for day, amount in changes])

    def _first(self, day, amount):
        return self.line.first_day(date(2026, 1, day), amount).day

    def test_there_all_along(self):
        self.assertEqual([self._first(8, amount) for amount in (140.0, 140.01, 500.0)], [8, 15, 15])
        self.assertEqual(self._first(20, 500.0), 20)

    def test_what_is_taken_is_gone_from_that_day(self):
        self.line.take(date(2026, 1, 12), 100.0)
        self.assertEqual([self._first(8, amount) for amount in (40.0, 41.0, 400.0)], [8, 15, 15])
        # More than there ever was: not before the last change
        self.assertEqual(self._first(8, 401.0), 15)

    def test_nothing_changed(self):
        self.assertEqual(Timeline(5.0, []).first_day(date(2026, 1, 8), 5.0), date(2026, 1, 8))
