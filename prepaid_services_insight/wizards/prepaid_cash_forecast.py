from odoo import api, fields, models

from odoo.addons.prepaid_services.door import public
from odoo.addons.prepaid_services.exceptions import check_one

from ..models.res_company import ASSUMPTIONS


class PrepaidCashForecast(models.TransientModel):
    """One question: does the cash last until everything that was paid for is given?

    Figures in company currency. Everything is computed when it is opened; only the assumptions
    can be kept.
    """

    _name = "prepaid.cash.forecast"
    _description = "Cash Forecast"
    _inherit = ["prepaid.dialog"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("As of", readonly=True)
    # Assumptions
    prepaid_forecast_sales_percent = fields.Float("New Sales Go on at (%)", digits=(5, 1))
    prepaid_forecast_pay_percent = fields.Float("Cost of a Service (%)", digits=(5, 1))
    prepaid_forecast_other_costs = fields.Monetary("Other Costs a Month")
    prepaid_forecast_history_weeks = fields.Integer("Weeks of History")
    # Result
    cash = fields.Monetary("Cash and Bank", readonly=True)
    owed_money = fields.Monetary("Owed to Clients", readonly=True)
    owed_sessions = fields.Float("Sessions Owed", digits=(12, 1), readonly=True)
    owed_hours = fields.Float("Hours Owed", digits=(12, 1), readonly=True)
    owed_cost = fields.Monetary("Cost to Deliver", readonly=True)
    hours_free = fields.Float(digits=(12, 1), readonly=True)
    hours_fit = fields.Float("Hours That Fit in", digits=(12, 1), readonly=True)
    usual_received = fields.Monetary("Usual Receipts a Week", readonly=True)
    usual_cost = fields.Monetary("Usual Cost of Services a Week", readonly=True)
    usual_other = fields.Monetary("Other Costs a Week", readonly=True)
    gap_text = fields.Text("Weeks below Zero", readonly=True)
    help_text = fields.Text("What Helps", readonly=True)
    week_ids = fields.One2many("prepaid.cash.forecast.week", "forecast_id", "Weeks")
    hours_ids = fields.One2many("prepaid.cash.forecast.hours", "forecast_id")
    test_ids = fields.One2many("prepaid.cash.forecast.test", "forecast_id", "Back-test")

    _assumptions_in_range = models.Constraint(
        "CHECK (prepaid_forecast_sales_percent BETWEEN 0 AND 1000"
        " AND prepaid_forecast_pay_percent BETWEEN 0 AND 1000"
        " AND prepaid_forecast_other_costs >= 0"
        " AND prepaid_forecast_history_weeks BETWEEN 2 AND 104)",
        "The assumptions of the forecast: percentages from 0 to 1000, costs of 0 or more, and "
        "2 to 104 weeks of history.",
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Cash Forecast")

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: what is not said is assumed as the company does."""
        companies = self.env["res.company"]
        complete = []
        for vals in vals_list:
            company = companies.browse(vals.get("company_id")) or self.env.company
            complete.append({**company._prepaid_assumptions(), **vals})
        return super().create(complete)

    # ----------------------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------------------

    @api.model
    @public
    def action_new(self):
        """Open a forecast with the assumptions of the company.

        :return: an action of Odoo
        :rtype: dict
        :raise AccessError: the caller is neither manager nor accountant
        """
        company = self.env.company
        forecast = self.create({"company_id": company.id, **company._prepaid_assumptions()})
        return forecast.action_compute()

    @public
    def action_compute(self):
        """Compute the forecast with the assumptions on the screen.

        :return: an action of Odoo
        :rtype: dict
        """
        check_one(self)
        insight = self.env["prepaid.insight"]
        insight._check_may_see()
        insight = insight.sudo().with_company(self.company_id)._prepared(self.company_id)
        assumed = {name: self[name] for name in ASSUMPTIONS}
        forecast = insight._forecast(self.company_id, assumptions=assumed)
        self.write(self._prepare_vals(insight, forecast))
        self._replace_lines("week_ids", [self._week_vals(week) for week in forecast["weeks"]])
        self._replace_lines("hours_ids", self._hours_vals(forecast["hours"]))
        self._replace_lines("test_ids", insight._backtest(self.company_id, assumed))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cash Forecast"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    @public
    def action_keep(self):
        """Keep the assumptions on the screen for the company.

        :return: True
        :raise AccessError: the caller is no manager; accountants may try, not keep
        """
        check_one(self)
        self.env["prepaid.delivery.cost"].check_access("write")
        # Managers have no access to companies of their own
        self.company_id.sudo().write({name: self[name] for name in ASSUMPTIONS})
        return True

    @public
    def action_open_costs(self):
        """Open the delivery costs: pay and materials."""
        return self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services_insight.prepaid_delivery_cost_action"
        )

    # ----------------------------------------------------------------------------------
    # Values
    # ----------------------------------------------------------------------------------

    def _replace_lines(self, name, vals_list):
        """Put new lines in the place of the old ones."""
        self[name] = [fields.Command.clear(), *map(fields.Command.create, vals_list)]

    def _prepare_vals(self, insight, forecast):
        """Return the values above the lines."""
        owed, hours, usual = forecast["owed"], forecast["hours"], forecast["usual"]
        gaps = insight._gaps(self.company_id, forecast)
        fmt = self.currency_id.format
        lines = [
            f"{gap['start']}: {fmt(gap['cash'])} - {'; '.join(gap['reasons'])}" for gap in gaps
        ]
        remedies = insight._remedies(self.company_id, forecast) if gaps else []
        monthly = self.prepaid_forecast_other_costs
        return {
            "date": forecast["day"],
            "cash": forecast["cash"],
            "owed_money": owed["money"],
            "owed_sessions": owed["sessions"],
            "owed_hours": owed["hours"],
            "owed_cost": owed["cost"],
            "hours_free": hours["free"],
            "hours_fit": hours["fit"],
            "usual_received": usual["received"],
            "usual_cost": usual["cost"],
            "usual_other": monthly * 12 / 52 if monthly else usual["other"],
            "gap_text": "\n".join(lines),
            "help_text": "\n".join(remedy["text"] for remedy in remedies),
        }

    def _week_vals(self, week):
        """Return the values of one week."""
        names = (
            "receipts",
            "delivery",
            "payable",
            "other",
            "visits",
            "owed_visits",
            "cash",
            "low",
            "high",
            "no_sales",
        )
        return {"date": week["start"], **{name: week[name] for name in names}}

    def _hours_vals(self, hours):
        """Return the values of the hours of each specialist."""
        return [{"user_id": user_id, **values} for user_id, values in hours["by_user"].items()]


class PrepaidCashForecastWeek(models.TransientModel):
    """One week of a forecast."""

    _name = "prepaid.cash.forecast.week"
    _description = "Cash Forecast Week"
    _inherit = ["prepaid.dialog"]
    _order = "date"

    forecast_id = fields.Many2one(
        "prepaid.cash.forecast", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="forecast_id.currency_id")
    date = fields.Date("Week from")
    visits = fields.Float(digits=(12, 1))
    owed_visits = fields.Float("Of These Owed", digits=(12, 1), aggregator="sum")
    receipts = fields.Monetary("Comes in")
    delivery = fields.Monetary("Cost of Services")
    payable = fields.Monetary("Bills")
    other = fields.Monetary("Other Costs")
    cash = fields.Monetary("Cash at the End", aggregator=None)
    low = fields.Monetary(
        "At Worst", aggregator=None, help="8 of 10 such weeks are within the band."
    )
    high = fields.Monetary("At Best", aggregator=None)
    no_sales = fields.Monetary("Without New Sales", aggregator=None)


class PrepaidCashForecastHours(models.TransientModel):
    """Hours owed and free of one specialist."""

    _name = "prepaid.cash.forecast.hours"
    _description = "Cash Forecast Hours"
    _inherit = ["prepaid.dialog"]
    _order = "id"

    forecast_id = fields.Many2one(
        "prepaid.cash.forecast", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "Specialist")
    owed = fields.Float("Hours Owed", digits=(12, 1))
    free = fields.Float("Free Hours", digits=(12, 1))
    fit = fields.Float("Hours That Fit in", digits=(12, 1))


class PrepaidCashForecastTest(models.TransientModel):
    """A forecast made again for a day in the past, beside what happened."""

    _name = "prepaid.cash.forecast.test"
    _description = "Cash Forecast Back-test"
    _inherit = ["prepaid.dialog"]
    _order = "weeks"

    forecast_id = fields.Many2one(
        "prepaid.cash.forecast", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="forecast_id.currency_id")
    weeks = fields.Integer("Weeks Ahead")
    origin = fields.Date("Forecast of")
    cash_forecast = fields.Monetary(aggregator=None)
    cash_actual = fields.Monetary("Cash Now", aggregator=None)
    cash_error = fields.Monetary("Off by", compute="_compute_error", aggregator=None)
    low = fields.Monetary("At Worst", aggregator=None)
    high = fields.Monetary("At Best", aggregator=None)
    inside = fields.Boolean("Within the Band")
    receipts_forecast = fields.Monetary(aggregator=None)
    receipts_actual = fields.Monetary("Receipts", aggregator=None)
    visits_forecast = fields.Float(digits=(12, 1), aggregator=None)
    visits_actual = fields.Float("Visits", digits=(12, 1), aggregator=None)

    @api.depends("cash_forecast", "cash_actual")
    def _compute_error(self):
        for test in self:
            test.cash_error = test.cash_forecast - test.cash_actual
