from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
class TestPackageCron(CaseDriver):
    """The night's run of packages, as the scheduler runs it."""

    def _run_cron(self):
        """Run the scheduled action, and return how often it asked to be run at once again."""
        self.env.flush_all()
        cron = self.env.ref("prepaid_services.ir_cron_packages")
        before = self.env["ir.cron.progress"].search_count([])
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.env["ir.cron.progress"].search_count([]) - before

    @freeze_time("2026-01-15 12:00:00")
    def test_what_stays_due_is_seen_to_once_a_night(self):
        """A frozen package, or one that waits for its first visit, is no work that is left."""
        self._sell(self._template(100.0, 4))
        self.package.freeze("2026-01-15", "2026-02-20")
        self._sell(self._template(100.0, 4, clock_start="forced", clock_days=60))
        self.assertEqual(self._run_cron(), 1)

    def test_a_missing_account_stops_one_package_only(self):
        """Odoo's error that leads to the settings is set aside like any other."""
        with freeze_time("2026-01-15 12:00:00"):
            self._sell(self._template(100.0, 4, validity_number=1))
            bad = self.package
            self._sell(self._template(100.0, 4, validity_number=1, breakage_policy="none"))
        self.company.prepaid_breakage_account_id = False
        with freeze_time("2026-03-15 12:00:00"):
            self._run_cron()
            self.assertIn("Breakage Account", bad.cron_error)
            self.assertEqual((bad.state, self.package.state), ("active", "expired"))
            self.company.prepaid_breakage_account_id = self.other_income
            bad.with_user(self.desk).action_retry()
            self._run_cron()
            self.assertEqual(bad.state, "expired")
