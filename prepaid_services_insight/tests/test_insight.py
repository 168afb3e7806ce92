from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services.tests.cases import CaseDriver

from ..tools.forecast import PRIOR_WEEKS

TODAY = "2026-03-15"


class InsightCommon(CaseDriver):
    """A salon whose specialist gets 20 an hour, materials take a tenth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.env["prepaid.delivery.cost"].with_user(cls.manager).create(
            {
                "company_id": cls.company.id,
                "user_ids": [(6, 0, cls.specialist.ids)],
                "pay_kind": "hour",
                "pay_amount": 20.0,
                "materials_percent": 10.0,
            }
        )
        cls.insight = cls.env["prepaid.insight"].sudo().with_company(cls.company)

    def _forecast(self, day=None, **assumptions):
        self.env.flush_all()
        day = date.fromisoformat(day) if day else None
        return self.insight._forecast(self.company, day, assumptions or None)

    def _cash(self, amount, day, account=None):
        """Put money into the bank from outside, or take it out: an accountant's entry."""
        other = account or self.company_data["default_account_expense"]
        move = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "date": day,
                "line_ids": [
                    (0, 0, {"account_id": self.bank.default_account_id.id, "balance": amount}),
                    (0, 0, {"account_id": other.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()

    def _bill(self, amount, due, supplier=None, move_type="in_invoice"):
        bill = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (supplier or self._create_client("Landlord")).id,
                "invoice_date": "2026-03-01",
                "invoice_date_due": due,
                "invoice_line_ids": [
                    (0, 0, {"name": "Rent", "price_unit": amount, "tax_ids": [(5,)]})
                ],
            }
        )
        bill.action_post()


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestInsight(InsightCommon):
    # -- what is owed --------------------------------------------------------------------

    def test_owed_is_the_ledger_and_costs_what_it_costs(self):
        self._sell(self._template(1000.0, 10), date="2026-02-01", journal_id=self.bank.id)
        self._book("2026-02-10").action_done()
        self._top_up(300.0, "2026-03-01")
        owed = self._forecast()["owed"]
        self.assertEqual((owed["packages"], owed["sessions"], owed["hours"]), (1, 9, 9))
        self.assertEqual(owed["deferred"], -self._ledger(self.deferred))
        self.assertEqual(owed["advance"], -self._ledger(self.advance))
        self.assertEqual(owed["money"], 1200.0)
        # 9 hours at 20, materials a tenth of 900; the balance costs as much as past visits did
        usual = self._forecast()["usual"]
        balance_cost = 300.0 * usual["cost"] / usual["price"]
        self.assertAlmostEqual(owed["cost"], 9 * 20.0 + 90.0 + balance_cost)

    def test_cost_without_a_rate_is_the_assumption(self):
        self.env["prepaid.delivery.cost"].sudo().search([]).unlink()
        self.company.prepaid_forecast_pay_percent = 35.0
        self._sell(self._template(1000.0, 10), date="2026-02-01", journal_id=self.bank.id)
        self.assertAlmostEqual(self._forecast()["owed"]["cost"], 350.0)
        trial = self._forecast(prepaid_forecast_pay_percent=50.0)
        self.assertAlmostEqual(trial["owed"]["cost"], 500.0, msg="tried, not kept")
        self.assertEqual(self.company.prepaid_forecast_pay_percent, 35.0)

    def test_pace_of_a_client(self):
        self._sell(self._template(1000.0, 10), date="2026-02-15", journal_id=self.bank.id)
        for day in ("2026-02-20", "2026-02-27", "2026-03-06"):
            self.package.use_session(day)
        [owed] = self.insight._owed_packages(self.company, date(2026, 3, 15))
        usual = 3 / 4.0
        self.assertEqual((owed.left, owed.used), (7, 3))
        self.assertAlmostEqual(owed.rate, (3 + usual * PRIOR_WEEKS) / (4 + PRIOR_WEEKS))
        forecast = self._forecast(prepaid_forecast_sales_percent=0.0)
        visits = [week["owed_visits"] for week in forecast["weeks"]]
        self.assertAlmostEqual(visits[0], 0.75)
        self.assertAlmostEqual(sum(visits), 7.0)

    def test_booked_visits_come_in_their_week(self):
        self._sell(self._template(1000.0, 10), date="2026-02-15", journal_id=self.bank.id)
        self._book("2026-04-01")
        forecast = self._forecast(prepaid_forecast_sales_percent=0.0)
        visits = [week["owed_visits"] for week in forecast["weeks"]]
        self.assertEqual(visits[:2], [0.0, 0.0])
        self.assertEqual(visits[2], 1.0)

    def test_what_expires_lapses_and_costs_nothing(self):
        template = self._template(1000.0, 10, validity_number=8, validity_unit="week")
        self._sell(template, date="2026-02-15", journal_id=self.bank.id)
        self.package.use_session("2026-02-20")
        forecast = self._forecast(prepaid_forecast_sales_percent=0.0)
        given = sum(week["owed_visits"] for week in forecast["weeks"])
        self.assertGreater(forecast["lapses"], 5)
        self.assertAlmostEqual(given + forecast["lapses"], 9.0)

    # -- money ---------------------------------------------------------------------------

    def test_debts_come_late_as_the_client_does(self):
        self._approve_credit()
        self._book("2026-01-10").action_done()
        self._top_up(120.0, "2026-01-24")
        self._book("2026-03-14").action_done()
        weeks, rest = self.insight._receivable_by_week(self.company, date(2026, 3, 15))
        # Due on 14 March, two weeks late as the last time: 28 March
        self.assertEqual([n for n, amount in enumerate(weeks) if amount], [1])
        self.assertEqual((weeks[1], rest), (120.0, 0.0))
        past, _rest = self.insight._receivable_by_week(self.company, date(2026, 1, 12))
        self.assertEqual(sum(past), 120.0, "what was open then, although it is paid now")

    def test_bills_are_paid_when_due(self):
        self._cash(1000.0, "2026-03-10")
        self._bill(400.0, "2026-03-30")
        forecast = self._forecast(prepaid_forecast_other_costs=0.52 / 12 * 100)
        self.assertEqual(forecast["cash"], 1000.0)
        self.assertEqual([week["payable"] for week in forecast["weeks"]][:4], [0, 0, 400.0, 0])
        cash = [week["cash"] for week in forecast["weeks"]]
        self.assertAlmostEqual(cash[1], 998.0, places=2)
        self.assertAlmostEqual(cash[2], 598.0, places=2)

    def test_what_one_supplier_owes_us_pays_nobody_elses_bill(self):
        """A credit note, or a prepayment, lowers that supplier's bills, the first ones first."""
        self._bill(400.0, "2026-03-30")
        other = self._create_client("Cosmetics")
        self._bill(100.0, "2026-04-06", other)
        self._bill(150.0, "2026-03-30", other, "in_refund")
        weeks, rest = self.insight._payable_by_week(self.company, date(2026, 3, 15))
        self.assertEqual((weeks[:5], rest), ([0, 0, 400.0, 0, 0], 0.0))
        self._bill(80.0, "2026-04-13", other)
        weeks, _rest = self.insight._payable_by_week(self.company, date(2026, 3, 15))
        self.assertEqual(weeks[:5], [0, 0, 400.0, 0, 30.0])

    def test_usual_week(self):
        for day in ("2026-03-02", "2026-03-09"):
            self._top_up(240.0, day)
            self._book(day).action_done()
            self._cash(-100.0, day)
        usual = self.insight._usual_week(self.company, date(2026, 3, 15), 12)
        self.assertEqual(usual["weeks"], 2)
        self.assertAlmostEqual(usual["received"], 240.0)
        self.assertAlmostEqual(usual["change"], 140.0)
        self.assertAlmostEqual(usual["visits"], 1.0)
        self.assertAlmostEqual(usual["cost"], 20.0 + 12.0)
        self.assertAlmostEqual(usual["other"], 100.0 - 32.0)
        self.assertAlmostEqual(usual["sigma"], 0.0)

    def test_each_week_is_the_last_one_and_its_flows(self):
        self._top_up(500.0, "2026-03-02")
        self._book("2026-03-05").action_done()
        self._bill(90.0, "2026-04-20")
        forecast = self._forecast()
        level = forecast["cash"]
        self.assertEqual(level, 500.0)
        for week in forecast["weeks"]:
            level += week["receipts"] - week["delivery"] - week["payable"] - week["other"]
            self.assertAlmostEqual(week["cash"], level)
            self.assertLessEqual(week["low"], week["cash"])
            self.assertLessEqual(week["cash"], week["high"])

    def test_gap_has_reasons_remedies_and_a_warning(self):
        self._cash(100.0, "2026-03-10")
        self._approve_credit()
        self._book("2026-03-14").action_done()
        self._bill(900.0, "2026-04-06")
        forecast = self._forecast(prepaid_forecast_sales_percent=0.0)
        gaps = self.insight._gaps(self.company, forecast)
        self.assertEqual(gaps[0]["week"], 3)
        self.assertIn("900.00", gaps[0]["reasons"][0])
        keys = [each["key"] for each in self.insight._remedies(self.company, forecast)]
        self.assertEqual(keys, ["debts", "received"])
        self.company.prepaid_forecast_sales_percent = 0.0
        feature = self.env.ref("prepaid_services.group_feature_insight")
        everybody = self.env.ref("base.group_user").sudo()
        everybody.implied_ids = [(3, feature.id)]
        self.assertFalse(self.insight._warn(self.company), "the manager is not to see it")
        everybody.implied_ids = [(4, feature.id)]
        warning = self.insight._warn(self.company)
        self.assertEqual(warning.user_id, self.company._prepaid_manager())
        self.assertIn("900.00", warning.note)
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1.0):
            self.insight._cron_warn()
        self.assertEqual(self.insight._warn(self.company), warning, "renewed, not repeated")
        self.assertEqual(len(self.company.partner_id.activity_ids), 1)
        self._cash(5000.0, "2026-03-12")
        self.assertFalse(self.insight._warn(self.company))
        self.assertFalse(warning.exists(), "closed by itself")

    # -- hours ---------------------------------------------------------------------------

    def test_hours_owed_against_hours_free(self):
        template = self._template(1000.0, 60, validity_number=4, validity_unit="week")
        self._sell(template, date="2026-03-15", journal_id=self.bank.id)
        self._book("2026-03-10", pay_otherwise=False)
        busy = self._book("2026-03-17", client=self._create_client("Boris"))
        hours = self._forecast()["hours"]
        [(user_id, mine)] = hours["by_user"].items()
        self.assertEqual(user_id, self.specialist.id)
        self.assertEqual(mine["owed"], 60.0)
        calendar = self.company.resource_calendar_id
        weekly = sum(
            a.hour_to - a.hour_from for a in calendar.attendance_ids if a.day_period != "lunch"
        )
        self.assertAlmostEqual(mine["free"], 26 * weekly - 1.0, msg=f"without {busy.display_name}")
        self.assertEqual(mine["fit"], 60.0)
        self.assertEqual((hours["owed"], hours["fit"]), (60.0, 60.0))

    def test_hours_that_do_not_fit(self):
        template = self._template(1000.0, 60, validity_number=1, validity_unit="week")
        self._sell(template, date="2026-03-15", journal_id=self.bank.id)
        self._book("2026-03-10", client=self._create_client("Boris"))
        hours = self._forecast()["hours"]
        self.assertEqual(hours["owed"], 60.0)
        self.assertLess(hours["fit"], 60.0, "one week has 40 hours")

    # -- back-test -----------------------------------------------------------------------

    def test_backtest_knows_only_what_was_known(self):
        start = date(2026, 1, 5)
        for week in range(10):
            day = str(start + timedelta(weeks=week))
            self._top_up(240.0, day)
            self._book(day).action_done()
        before = self._forecast("2026-02-15")
        [test] = self.insight._backtest(self.company, origins=(4,))
        self.assertEqual(str(test["origin"]), "2026-02-15")
        self.assertEqual(test["cash_forecast"], before["weeks"][3]["cash"])
        self.assertAlmostEqual(test["cash_actual"], self._ledger(self._roles()["cash"]))
        self.assertEqual((test["receipts_actual"], test["visits_actual"]), (960.0, 4))
        self.assertAlmostEqual(test["receipts_forecast"], 960.0)
        # What happens later changes nothing in the forecast of then
        self._top_up(9999.0, "2026-03-14")
        self.assertEqual(self._forecast("2026-02-15")["weeks"], before["weeks"])
        self.assertEqual(self.insight._backtest(self.company, origins=(26,)), [], "no history")

    # -- many ----------------------------------------------------------------------------

    def test_queries_do_not_grow(self):
        template = self._template(100.0, 4)

        def sell(count):
            for number in range(count):
                client = self._create_client(f"Client {number}")
                self._sell(
                    template, partner_id=client.id, date="2026-02-01", journal_id=self.bank.id
                )

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.insight._forecast(self.company)
            return self.env.cr.sql_log_count - before

        sell(1)
        queries()
        few = queries()
        sell(9)
        queries()
        self.assertLessEqual(queries(), few)
        self.assertLess(few, 60)
