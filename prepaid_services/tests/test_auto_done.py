from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestAutoDone(PrepaidCommon):
    """Visits finish by themselves some hours after their end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"prepaid_auto_done": True, "prepaid_auto_done_hours": 12})

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("prepaid_services.ir_cron_auto_done").method_direct_trigger()
        self.env.invalidate_all()

    def _activities(self, booking):
        return self.env["mail.activity"].search(
            [("res_model", "=", booking._name), ("res_id", "in", booking.ids)]
        )

    def test_only_what_is_due(self):
        self._top_up(1000.0)
        due = self._book("2026-01-14", hour=22)
        early, future = self._book("2026-01-15", hour=0), self._book("2026-01-16")
        draft = self._book("2026-01-10", confirm=False)
        cancelled = self._book("2026-01-11")
        cancelled.action_cancel()
        self._run_cron()
        self.assertEqual(due.state, "done")
        self.assertEqual(
            (early + future + draft + cancelled).mapped("state"),
            ["confirmed", "confirmed", "draft", "cancelled"],
        )
        self._assert_ledger(advances=880.0, earned=120.0)
        self.assertFalse(self._activities(due))

    def test_off_does_nothing(self):
        self._top_up(1000.0)
        booking = self._book("2026-01-10")
        self.company.prepaid_auto_done = False
        self._run_cron()
        self.assertEqual(booking.state, "confirmed")

    def test_debt_never_blocks(self):
        """Not approved for credit: booked all the same, and the manager hears of it."""
        self._top_up(50.0)
        booking = self._book("2026-01-10")
        self._run_cron()
        self.assertEqual((booking.state, booking.payment_status), ("done", "partial"))
        self._assert_ledger(advances=0.0, receivable=70.0, earned=120.0)
        activity = self._activities(booking)
        self.assertIn("70.00", activity.summary)
        self.assertTrue(activity.user_id.has_group("prepaid_services.group_manager"))

    def test_twice_has_the_effect_of_once(self):
        self._top_up(50.0)
        booking = self._book("2026-01-10")
        self._run_cron()
        self._run_cron()
        self.assertEqual(len(self._activities(booking)), 1)
        self._assert_ledger(receivable=70.0, earned=120.0)

    def test_failing_visit_is_set_aside(self):
        """It says why, does not stop the others, and is not tried for ever."""
        self._top_up(1000.0)
        bad, good = self._book("2026-01-10"), self._book("2026-01-11")
        booking_class = self.registry["prepaid.booking"]
        settle, tried = booking_class._settle, []

        def refuse(booking, *args, **kwargs):
            if booking == bad:
                tried.append(booking)
                raise UserError(booking.env._("The service has no income account."))
            return settle(booking, *args, **kwargs)

        with patch.object(booking_class, "_settle", refuse):
            self._run_cron()
            self._run_cron()
        self.assertEqual((bad.state, good.state), ("confirmed", "done"))
        self.assertEqual(len(tried), 1)
        self.assertIn("income account", bad.auto_done_error)
        self.assertIn("income account", self._activities(bad).summary)
        bad.action_done()
        self.assertFalse(bad.auto_done_error)
        self.assertFalse(bad.activity_ids)
        self._assert_ledger(advances=760.0, earned=240.0)

    def test_company_without_accounts_is_set_aside(self):
        """An error with a way out for the screen does not kill the job."""
        booking = self._book("2026-01-10")
        self.company.prepaid_journal_id = False
        self._run_cron()
        self.assertEqual(booking.state, "confirmed")
        self.assertIn("has no Prepayments Journal", booking.auto_done_error)

    def test_killed_and_started_again(self):
        """What was finished before the kill stays, the rest follows."""
        self._top_up(1000.0)
        first, second = self._book("2026-01-10"), self._book("2026-01-11")
        booking_class = self.registry["prepaid.booking"]
        auto_done = booking_class._auto_done

        def killed(booking):
            if booking == second:
                raise KeyboardInterrupt
            return auto_done(booking)

        # assertRaises would take back what was committed
        with patch.object(booking_class, "_auto_done", killed), suppress(KeyboardInterrupt):
            self._run_cron()
        self.env.invalidate_all()
        self.assertEqual((first.state, second.state), ("done", "confirmed"))
        self._run_cron()
        self.assertEqual((first.state, second.state), ("done", "done"))
        self._assert_ledger(advances=760.0, earned=240.0)

    def test_more_than_one_batch(self):
        self._top_up(1000.0)
        bookings = self.env["prepaid.booking"].union(
            *(self._book("2026-01-10", hour=hour) for hour in range(5))
        )
        self.patch(
            self.registry["prepaid.booking"]._cron_auto_done, "__defaults__", (2,)
        )
        self._run_cron()
        self.assertEqual(set(bookings.mapped("state")), {"done"})
