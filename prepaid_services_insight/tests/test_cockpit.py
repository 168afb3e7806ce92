import json
from datetime import datetime, time, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from .test_insight import InsightCommon

TODAY = "2026-03-15"


class CockpitCommon(InsightCommon):
    def _cockpit(self, user=None):
        self.env.flush_all()
        return (
            self.env["prepaid.cockpit"].with_user(user or self.manager).with_company(self.company)
        )


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestCockpit(CockpitCommon):
    def _life(self):
        """Two months of a small salon, with today's visits."""
        self._approve_credit(limit=5000.0)
        self._top_up(500.0, "2026-02-03")
        self._book("2026-02-10").action_done()
        self._book("2026-02-20").action_done()
        self._book("2026-02-27").action_no_show()
        self._top_up(60.0, "2026-03-02")
        self._sell(self._template(1000.0, 10), date="2026-03-03", journal_id=False)
        self._book("2026-03-05").action_done()
        self._book("2026-03-06").action_no_show()
        self._top_up(40.0, TODAY)
        self._book(TODAY, hour=9).action_done()
        self._book(TODAY, hour=15)
        self._book(TODAY, hour=16).action_cancel()

    def _sum(self, model, domain, name):
        [[total]] = self.env[model].sudo()._read_group(domain, [], [f"{name}:sum"])
        return round(total or 0.0, 2)

    def test_every_number_added_up_another_way(self):
        self._life()
        figures = self._cockpit().get_figures()
        payments = [("company_id", "=", self.company.id), ("payment_type", "=", "inbound")]
        today = fields.Date.to_date(TODAY)
        self.assertEqual(figures["day"], TODAY)
        self.assertEqual(figures["today"], {"visits": 2, "done": 1, "no_show": 0, "takings": 40.0})
        month = figures["month"]["received"]
        march = self._sum("account.payment", [*payments, ("date", ">=", "2026-03-01")], "amount")
        february = [*payments, ("date", "<", "2026-03-01")]
        self.assertEqual(month["now"], march)
        self.assertEqual(month["last"], self._sum("account.payment", february, "amount"))
        self.assertEqual(
            month["before"],
            self._sum("account.payment", [*february, ("date", "<=", "2026-02-15")], "amount"),
        )
        income = [("account_id", "=", self.income.id), ("parent_state", "=", "posted")]
        earned = figures["month"]["earned"]
        self.assertEqual(
            earned["now"],
            -self._sum("account.move.line", [*income, ("date", ">=", "2026-03-01")], "balance"),
        )
        self.assertEqual(earned["last"], 240.0)
        self.assertEqual(
            sum(week["earned"] for week in figures["weeks"]),
            -self._sum("account.move.line", income, "balance"),
        )
        self.assertEqual(
            sum(week["received"] for week in figures["weeks"]),
            self._sum("account.payment", payments, "amount"),
        )
        self.assertEqual(figures["owed"]["money"], -self._ledger(self.advance + self.deferred))
        self.assertEqual(figures["owed"]["sessions"], 7, "a visit, a no-show, and one today")
        self.assertEqual(figures["cash"], self._ledger(self._roles()["cash"]))
        self.assertAlmostEqual(figures["cover"], figures["cash"] / figures["owed"]["cost"])
        self.assertEqual(figures["debts"]["total"], self._ledger(self.receivable))
        ages = sum(bucket["amount"] for bucket in figures["debts"]["buckets"])
        self.assertAlmostEqual(ages, figures["debts"]["total"])
        bookings = self.env["prepaid.booking"].sudo().search([("company_id", "=", self.company.id)])
        missed = bookings.filtered(lambda b: b.state == "no_show" and b.start.month == today.month)
        self.assertEqual(figures["bookings"]["no_show"], len(missed))
        self.assertEqual(figures["bookings"]["no_show_value"], sum(missed.mapped("price")))
        self.assertEqual(figures["bookings"]["no_show_before"], 1)
        self.assertEqual(figures["tie"], 0.0)
        risks = self.env["prepaid.client.risk"].search([("company_id", "=", self.company.id)])
        self.assertEqual(figures["risk"]["clients"], len(risks.partner_id))
        self.assertEqual(figures["risk"]["value"], sum(risks.mapped("value_at_risk")))

    def test_numbers_survive_json_and_are_never_none(self):
        self._life()
        for result in (self._cockpit().get_figures(), self._cockpit().get_forecast()):
            self.assertNotIn("null", json.dumps(result))

    def test_forecast_is_the_gauge(self):
        self._life()
        shown = self._cockpit().get_forecast()
        forecast = self._forecast()
        self.assertEqual(len(shown["weeks"]), 26)
        self.assertEqual(shown["weeks"][5]["cash"], forecast["weeks"][5]["cash"])
        self.assertEqual(shown["hours"]["owed"], forecast["hours"]["owed"])
        self.assertEqual(shown["hours"]["specialists"][0]["name"], self.specialist.name)

    def test_an_empty_house(self):
        """Nothing sold yet, nothing breaks."""
        figures = self._cockpit().get_figures()
        self.assertEqual((figures["owed"]["money"], figures["cover"], figures["tie"]), (0, 0, 0))
        self.assertEqual(self._cockpit().get_forecast()["gaps"], [])

    def test_another_company_has_its_own(self):
        self._life()
        other = self.setup_other_company()["company"]
        self.manager.company_ids += other
        figures = self._cockpit().with_company(other).get_figures()
        self.assertEqual((figures["cash"], figures["owed"]["money"]), (0.0, 0.0))
        self.assertEqual(figures["month"]["received"]["last"], 0.0)

    def test_every_number_opens_its_list(self):
        self._life()
        cockpit = self._cockpit()
        figures = cockpit.get_figures()
        for key in cockpit._openers():
            action = cockpit.open_list(key)
            model = self.env[action["res_model"]].with_user(self.manager)
            if action.get("domain"):
                model.with_company(self.company).search(action["domain"])
        visits = cockpit.open_list("visits")
        found = self.env["prepaid.booking"].with_user(self.manager).search(visits["domain"])
        self.assertEqual(len(found), figures["today"]["visits"])
        missed = cockpit.open_list("no_show")
        found = self.env["prepaid.booking"].with_user(self.manager).search(missed["domain"])
        self.assertEqual(len(found), figures["bookings"]["no_show"])
        for key, name in (("earned", "amount_earned"), ("received", "amount_received")):
            domain = cockpit.open_list(key)["domain"]
            total = self._sum("prepaid.earned.report", domain, name)
            self.assertEqual(total, figures["month"][key]["now"])
        self._refused("no number", cockpit.open_list, "wages")

    def test_specialist_and_desk_see_nothing(self):
        for user in (self.specialist, self.desk):
            cockpit = self._cockpit(user)
            for call in (
                cockpit.get_figures,
                cockpit.get_forecast,
                lambda c=cockpit: c.open_list("cash"),
                self.env["prepaid.cash.forecast"].with_user(user).action_new,
            ):
                with self.assertRaises(AccessError):
                    call()
            menu = self.env.ref("prepaid_services_insight.menu_cockpit")
            self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(user)._load_menus_blacklist())
        accountant = self._create_user("books", "account.group_account_readonly")
        self.assertTrue(self._cockpit(accountant).get_figures())
        self.assertEqual(
            self._cockpit(accountant).open_list("cash")["res_model"], "account.move.line"
        )
        self.assertNotIn(
            menu.id, self.env["ir.ui.menu"].with_user(self.manager)._load_menus_blacklist()
        )

    def test_constant_queries(self):
        self._approve_credit(limit=9e6)
        cockpit = self._cockpit()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cockpit.get_figures()
            return self.env.cr.sql_log_count - before

        self._book("2026-03-02").action_done()
        self._sell(self._template(100.0, 4), date="2026-03-01", journal_id=self.bank.id)
        queries()
        few = queries()
        for number in range(6):
            client = self._create_client(f"Client {number}")
            self._approve_credit(client, 9e6)
            self._book(f"2026-03-0{number + 2}", client=client).action_done()
            self._sell(
                self._template(100.0, 4),
                partner_id=client.id,
                date="2026-03-01",
                journal_id=self.bank.id,
            )
        queries()
        self.assertLessEqual(queries(), few)
        self.assertLess(few, 60)

    # -- the forecast on the screen ------------------------------------------------------

    def test_assumptions_are_tried_and_kept(self):
        self._life()
        wizard = self.env["prepaid.cash.forecast"].with_user(self.manager)
        action = wizard.with_company(self.company).action_new()
        forecast = wizard.browse(action["res_id"])
        self.assertEqual(len(forecast.week_ids), 26)
        self.assertEqual(forecast.cash, self._forecast()["cash"])
        self.assertAlmostEqual(forecast.owed_hours, 7.0)
        forecast.prepaid_forecast_sales_percent = 50.0
        forecast.action_compute()
        self.assertEqual(self.company.prepaid_forecast_sales_percent, 100.0)
        half = self._forecast(prepaid_forecast_sales_percent=50.0)
        self.assertAlmostEqual(forecast.week_ids[9].cash, half["weeks"][9]["cash"], 2)
        forecast.action_keep()
        self.assertEqual(self.company.prepaid_forecast_sales_percent, 50.0)

    def test_an_accountant_tries_but_does_not_keep(self):
        accountant = self._create_user("books", "account.group_account_readonly")
        wizard = self.env["prepaid.cash.forecast"].with_user(accountant)
        action = wizard.with_company(self.company).action_new()
        with self.assertRaises(AccessError):
            wizard.browse(action["res_id"]).action_keep()


@tagged("post_install", "-at_install")
class TestCockpitTours(CockpitCommon, HttpCase):
    """The cockpit in a real browser, at a desk and on a phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        feature = cls.env.ref("prepaid_services.group_feature_insight")
        cls.env.ref("base.group_user").sudo().implied_ids = [fields.Command.link(feature.id)]

    def _life(self):
        """A visit of today and a package; a browser cannot freeze the clock."""
        today = fields.Date.today()
        self._top_up(200.0, str(today - timedelta(days=20)))
        self._sell(self._template(300.0, 10), journal_id=self.bank.id)
        self._book(start=datetime.combine(today, time(12)))

    def test_cockpit(self):
        self._life()
        self.start_tour("/odoo/prepaid-today", "prepaid_cockpit_tour", login="manager")

    def test_cockpit_on_a_phone(self):
        self._life()
        self.browser_size = "375x667"
        self.touch_enabled = True
        self.start_tour("/odoo/prepaid-cockpit", "prepaid_cockpit_phone_tour", login="manager")
