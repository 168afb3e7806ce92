"""When clients may be contacted and how much credit is proposed, without a database."""

from datetime import date, datetime
from unittest import TestCase

from ..tools.credit import propose_limit
from ..tools.sending_time import next_sending_time


class TestSendingTime(TestCase):
    def _next(self, moment, days="mon_fri", hours=(9.0, 18.0), tz="UTC", holidays=()):
        found = next_sending_time(datetime.fromisoformat(moment), tz, hours, days, holidays)
        return found and found.isoformat(" ", "minutes")

    def test_hours_and_days(self):
        self.assertEqual(self._next("2026-03-16 10:00"), "2026-03-16 10:00")
        self.assertEqual(self._next("2026-03-16 08:59"), "2026-03-16 09:00")
        self.assertEqual(self._next("2026-03-16 18:00"), "2026-03-17 09:00")
        self.assertEqual(self._next("2026-03-13 19:00"), "2026-03-16 09:00", "over the weekend")
        self.assertEqual(self._next("2026-03-13 19:00", "mon_sat"), "2026-03-14 09:00")
        self.assertEqual(self._next("2026-03-15 10:00", "every"), "2026-03-15 10:00")
        self.assertEqual(self._next("2026-03-15 23:59", "every", (0.0, 24.0)), "2026-03-15 23:59")

    def test_local_time_with_summer_time(self):
        # Kyiv: UTC+2 until 29 March, then UTC+3
        self.assertEqual(self._next("2026-03-27 06:00", tz="Europe/Kyiv"), "2026-03-27 07:00")
        self.assertEqual(self._next("2026-03-27 20:00", tz="Europe/Kyiv"), "2026-03-30 06:00")

    def test_holidays(self):
        closed = {date(2026, 3, 16), date(2026, 3, 17)}
        self.assertEqual(self._next("2026-03-16 10:00", holidays=closed), "2026-03-18 09:00")
        year = {date.fromordinal(date(2026, 3, 1).toordinal() + n) for n in range(400)}
        self.assertIsNone(self._next("2026-03-16 10:00", holidays=year))


class TestProposal(TestCase):
    def test_factors(self):
        self.assertEqual(propose_limit(100.0, 0.0, months=12), (200.0, [("punctual", 2.0)]))
        self.assertEqual(propose_limit(100.0, None, months=12), (100.0, [("unproven", 1.0)]))
        self.assertEqual(propose_limit(105.0, 10.0, months=12)[0], 100.0, "rounded down")
        self.assertEqual(propose_limit(100.0, 31.0, months=12)[0], 0.0)
        self.assertEqual(propose_limit(100.0, 0.0, months=2)[0], 100.0)
        self.assertEqual(propose_limit(100.0, 0.0, months=12, no_shows=3)[0], 100.0)
        self.assertEqual(propose_limit(100.0, 0.0, 31, months=12)[0], 0.0)
        self.assertEqual(propose_limit(100.0, 0.0, months=12, written_off=1)[0], 0.0)
        self.assertEqual(propose_limit(100.0, 0.0, months=12, trust="good")[0], 300.0)
        self.assertEqual(propose_limit(100.0, 0.0, months=12, trust="bad")[0], 0.0)
        self.assertEqual(propose_limit(-5.0, 0.0, months=12)[0], 0.0)
