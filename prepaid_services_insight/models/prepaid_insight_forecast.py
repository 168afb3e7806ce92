from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.prepaid_services.door import telling, told

from ..tools.forecast import at_least, band, curve, run_down, spread
from .prepaid_insight import WEEKS

#: What a week is made of, in the order in which the reasons are named
OUTFLOWS = ("delivery", "payable", "other")


class PrepaidInsight(models.AbstractModel):
    """The cash-gap gauge: half a year, week by week, from any day on.

    The rule of every line: each week has at least what is known already (booked visits, sessions
    at each client's own pace, open invoices, bills), and as much as a usual week where that is
    more. Without new sales only the known part is left.
    """

    _inherit = "prepaid.insight"

    @api.model
    def _forecast(self, company, day=None, assumptions=None):
        """Return the forecast from the end of a day on.

        :param res.company company: whose ledger
        :param date day: last day of which anything is known; today by default
        :param dict assumptions: field name -> value instead of the company's
        :return: ``day``, ``cash``, ``weeks`` (a dict for each), ``usual`` week, ``owed``
            (sessions, hours, money and cost), ``hours``, ``lapses`` (sessions)
        :rtype: dict
        """
        day = day or company._prepaid_today()
        assumed = {**company._prepaid_assumptions(), **(assumptions or {})}
        if assumptions:
            # Rates end with the assumption; see prepaid.delivery.cost._rates
            percent = assumed["prepaid_forecast_pay_percent"]
            self = telling(self, prepaid_pay_percent=percent)  # noqa: PLW0642
        self = self._prepared(company)  # noqa: PLW0642
        self._no_jit()
        history_weeks = assumed["prepaid_forecast_history_weeks"]
        usual = self._usual_week(company, day, history_weeks)
        packages = self._owed_packages(company, day)
        facts = self._session_facts(company, packages)
        balances = self._owed_balances(company, day, history_weeks)
        given = self._given_by_week(company, day, packages, facts, balances, usual)
        cash = self._balance(company, self._known(company, "cash"), day)
        flows = self._flows(company, day, given, usual, assumed)
        return {
            "day": day,
            "cash": cash,
            "usual": usual,
            "lapses": given["lapses"],
            "owed": self._owed_totals(company, day, packages, facts, balances, usual),
            "hours": self._hours(company, day, packages, facts),
            "weeks": self._week_dicts(day, cash, flows, given, usual),
        }

    # ----------------------------------------------------------------------------------
    # Services
    # ----------------------------------------------------------------------------------

    @api.model
    def _given_by_week(self, company, day, packages, facts, balances, usual):
        """Return the services that are known to come: visits and cost of each week.

        :return: ``visits``, ``cost`` (lists of weeks), ``lapses`` (sessions that nobody uses)
        :rtype: dict
        """
        held, booked_visits, booked_cost = self._booked(company, day)
        visits, cost, lapses = [0.0] * WEEKS, [0.0] * WEEKS, 0.0
        for owed in packages:
            last = self._week_number(day, owed.last) if owed.last else None
            first = self._week_number(day, owed.away) + 1 if owed.away else 0
            left = float("inf") if owed.unlimited else float(owed.left)
            given, lapsed = spread(
                left, owed.rate, held.get(owed.package_id, {}), last, WEEKS, max(first, 0)
            )
            lapses += 0.0 if owed.unlimited else lapsed
            each = facts[owed.package_id][1]
            for week, sessions in given.items():
                visits[week] += sessions
                cost[week] += sessions * each
        spent = run_down(balances, WEEKS)
        # Of a visit that is booked without a package, the balance pays what there is
        for week in range(WEEKS):
            money_visits = spent[week] / usual["price"] * usual["visits"] if usual["price"] else 0.0
            visits[week] += max(money_visits, booked_visits[week])
            cost[week] += max(spent[week] * self._cost_share(company, usual), booked_cost[week])
        return {"visits": visits, "cost": cost, "lapses": lapses}

    @api.model
    def _cost_share(self, company, usual):
        """Return what a unit of money costs to deliver: as in the past, else as assumed."""
        if usual["price"]:
            return usual["cost"] / usual["price"]
        percent = told(self.env, "prepaid_pay_percent")
        percent = company.sudo().prepaid_forecast_pay_percent if percent is None else percent
        return percent / 100.0

    @api.model
    def _booked(self, company, day):
        """Return the visits that were booked at the end of a day and are still to come.

        :return: package id -> week -> sessions; visits and cost of each week without package
        :rtype: tuple[dict, list, list]
        """
        begin = self._day_end(company, day)
        known = SQL("state = 'confirmed'")
        if day < company._prepaid_today():
            known = SQL(
                "create_date < %(end)s AND (state != 'cancelled' OR write_date >= %(end)s)",
                end=begin,
            )
        rows = self._rows(
            SQL(
                """
                SELECT subscription_id, user_id, service_id,
                       FLOOR(EXTRACT(EPOCH FROM start - %(begin)s) / 604800)::int,
                       SUM(GREATEST(session_units, 1)), COUNT(*),
                       SUM(EXTRACT(EPOCH FROM stop - start)) / 3600.0, SUM(price)
                  FROM prepaid_booking
                 WHERE company_id IN %(companies)s AND start >= %(begin)s AND start < %(end)s
                   AND %(known)s
              GROUP BY 1, 2, 3, 4
                """,
                begin=begin,
                end=begin + timedelta(weeks=WEEKS),
                companies=self._family_ids(company),
                known=known,
            ),
            "prepaid.booking",
        )
        cost_of = self._coster(company, self._services({row[2] for row in rows}))
        held, visits, cost = {}, [0.0] * WEEKS, [0.0] * WEEKS
        for package_id, user_id, service_id, week, units, count, hours, price in rows:
            if package_id:
                weeks = held.setdefault(package_id, {})
                weeks[week] = weeks.get(week, 0) + units
            else:
                visits[week] += count
                cost[week] += cost_of(user_id, service_id, count, float(hours), float(price))
        return held, visits, cost

    # ----------------------------------------------------------------------------------
    # Money
    # ----------------------------------------------------------------------------------

    @api.model
    def _flows(self, company, day, given, usual, assumed):
        """Return the flows of each week, with and without new sales.

        :rtype: dict[str, list]
        """
        go_on = assumed["prepaid_forecast_sales_percent"] / 100.0
        debts, _late = self._receivable_by_week(company, day)
        bills, _later = self._payable_by_week(company, day)
        monthly = assumed["prepaid_forecast_other_costs"]
        other = monthly * 12.0 / 52.0 if monthly else usual["other"]
        return {
            "debts": debts,
            "receipts": at_least(debts, usual["received"] * go_on),
            "known_delivery": given["cost"],
            "delivery": at_least(given["cost"], usual["cost"] * go_on),
            "visits": at_least(given["visits"], usual["visits"] * go_on),
            "payable": bills,
            # Bills that are there already are a part of the usual costs
            "other": [max(other - bill, 0.0) for bill in bills],
        }

    @api.model
    def _week_dicts(self, day, cash, flows, given, usual):
        """Return the weeks: what comes in, what goes out, what is there, and the band around it.

        :rtype: list[dict]
        """
        out = [sum(week) for week in zip(*(flows[name] for name in OUTFLOWS), strict=True)]
        levels = curve(cash, flows["receipts"], out)
        low, high = band(levels, usual["sigma"], usual["weeks"])
        known_out = [
            sum(week)
            for week in zip(flows["known_delivery"], flows["payable"], flows["other"], strict=True)
        ]
        no_sales = curve(cash, flows["debts"], known_out)
        return [
            {
                "week": week,
                "start": day + timedelta(days=7 * week + 1),
                "end": day + timedelta(days=7 * (week + 1)),
                "receipts": flows["receipts"][week],
                "debts": flows["debts"][week],
                "delivery": flows["delivery"][week],
                "known_delivery": flows["known_delivery"][week],
                "payable": flows["payable"][week],
                "other": flows["other"][week],
                "visits": flows["visits"][week],
                "owed_visits": given["visits"][week],
                "cash": levels[week],
                "low": low[week],
                "high": high[week],
                "no_sales": no_sales[week],
            }
            for week in range(WEEKS)
        ]

    @api.model
    def _owed_totals(self, company, day, packages, facts, balances, usual, deferred=None):
        """Return what is owed to clients in all, by the ledger, and what it costs to deliver.

        :param float deferred: package revenue that is not earned yet; read by default
        :return: ``packages`` (their number), ``sessions``, ``hours``, ``deferred``, ``advance``,
            ``money``, ``cost``
        :rtype: dict
        """
        sessions = {owed.package_id: self._sessions_ahead(owed, day) for owed in packages}
        hours = sum(sessions[key] * facts[key][0] for key in sessions)
        cost = sum(sessions[key] * facts[key][1] for key in sessions)
        advance = sum(amount for _lasts, amount, _weekly in balances)
        if deferred is None:
            deferred = -self._balance(company, self._known(company, "deferred"), day) + 0.0
        return {
            "packages": len(packages),
            "sessions": sum(sessions.values()),
            "hours": hours,
            "deferred": deferred,
            "advance": advance,
            "money": deferred + advance,
            "cost": cost + advance * self._cost_share(company, usual),
        }
