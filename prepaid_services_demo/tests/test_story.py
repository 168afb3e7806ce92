from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services_insight.tests.test_insight import InsightCommon


@tagged("post_install", "-at_install")
class TestStoryOfTheArticle(InsightCommon):
    """Ten manicures are bought and one is used; half a year later the client comes for the rest."""

    def _gauge(self, day, left):
        """At a date the gauge knows what is owed and what it costs, and the ledger agrees."""
        with freeze_time(f"{day} 12:00:00"):
            self._run_crons()
            forecast = self._forecast()
            value = 30.0 * left
            self.assertEqual(forecast["owed"]["sessions"], left)
            self.assertEqual(forecast["owed"]["hours"], left)
            self.assertEqual(forecast["owed"]["money"], value)
            self.assertEqual(-self._ledger(self.deferred), value)
            # 20 for each hour and a tenth of the price for materials
            self.assertAlmostEqual(forecast["owed"]["cost"], left * (20.0 + 3.0))
            return forecast

    def _begin(self, **vals):
        with freeze_time("2026-01-05 12:00:00"):
            template = self._template(300.0, 10, **vals)
            self._sell(template, journal_id=self.bank.id)
            self._book("2026-01-05").action_done()
        self._gauge("2026-01-06", 9)
        return self.package

    def _task(self, day):
        """Return what the start desk knows of the client in the morning of a day."""
        with freeze_time(f"{day} 02:00:00"):
            tasks = self.env["prepaid.start.task"].sudo().with_company(self.company)
            tasks._find(self.company)
            return tasks.search([("partner_id", "=", self.client.id)])

    def test_the_start_desk_has_the_client_in_time(self):
        """Three weeks after the only visit; until the client books, and not one day longer."""
        self._begin()
        self.assertFalse(self._task("2026-01-25"))
        task = self._task("2026-01-26")
        self.assertRecordValues(
            task, [{"state": "todo", "reason": "dormant", "value_at_risk": 270.0}]
        )
        self._gauge("2026-01-26", 9)
        self.assertEqual(self._task("2026-07-05"), task, "the same task, for half a year")
        self.assertEqual(task.days_idle, 181)
        with freeze_time("2026-07-05 12:00:00"):
            self._book("2026-07-06")
        self.assertEqual(task.state, "booked")
        with freeze_time("2026-07-06 20:00:00"):
            self.env["prepaid.booking"].search([("state", "=", "confirmed")]).action_done()
        self._gauge("2026-07-07", 8)
        self.assertEqual(self._task("2026-07-08"), task)

    def test_client_comes_back_for_all_of_it(self):
        self._begin()
        # The money is gone on something else; what is owed is not
        with freeze_time("2026-01-07 12:00:00"):
            self._cash(-290.0, "2026-01-07")
            self.company.prepaid_forecast_sales_percent = 0.0
        for day in ("2026-02-05", "2026-04-05", "2026-07-05"):
            forecast = self._gauge(day, 9)
            gaps = self.insight._gaps(self.company, forecast)
            self.assertTrue(gaps, "ten in cash do not pay nine manicures")
        for number in range(9):
            day = str(date(2026, 7, 6) + timedelta(days=3 * number))
            with freeze_time(f"{day} 12:00:00"):
                self.package.use_session(day)
            self._gauge(day, 8 - number)
        self._assert_ledger(earned=300.0, deferred=0.0)

    def test_extension_keeps_it_owed(self):
        package = self._begin(validity_number=6, validity_unit="month")
        with freeze_time("2026-07-01 12:00:00"):
            package.extend("2026-12-31", reason="Was away")
        self._gauge("2026-07-10", 9)
        self._gauge("2026-12-30", 9)
        with freeze_time("2027-01-02 12:00:00"):
            self._run_crons()
            self.assertEqual(self._forecast()["owed"]["sessions"], 0)
            self.assertEqual(self._ledger(self.deferred), 0.0)

    def test_refund_ends_it(self):
        package = self._begin()
        with freeze_time("2026-07-05 12:00:00"):
            package.refund()
            owed = self._forecast()["owed"]
            self.assertEqual((owed["sessions"], owed["deferred"]), (0, 0.0))
            self.assertEqual(owed["money"], -self._ledger(self.advance + self.deferred))
        # As of a day before the refund it is still owed
        with freeze_time("2026-07-06 12:00:00"):
            past = self._forecast("2026-07-04")["owed"]
            self.assertEqual((past["sessions"], past["deferred"]), (9, 270.0))
