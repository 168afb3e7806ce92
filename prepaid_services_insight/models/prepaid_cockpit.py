from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.prepaid_services.door import public
from odoo.addons.prepaid_services.tools.ageing import bucket_keys
from odoo.addons.prepaid_services.tools.dates import day_bounds

from ..tools.forecast import cover


class PrepaidCockpit(models.AbstractModel):
    """One screen for the owner. All amounts are in company currency, of the whole legal entity."""

    _name = "prepaid.cockpit"
    _description = "Cockpit"
    _inherit = ["prepaid.insight"]

    @api.model
    @public
    def get_figures(self):
        """Return what the tiles show, for the user's current company.

        A constant number of statements, whatever the size of the house.

        :return: JSON-safe: ``day`` (``YYYY-MM-DD``, local), ``currency_id``, ``today``, ``month``,
            ``owed``, ``cash``, ``cover`` (how many times cash pays for what is owed), ``debts``
            (by age), ``bookings`` (no-shows and deposits), ``weeks`` (earned and received),
            ``tie`` (difference from the general ledger), ``risk`` (clients who stopped coming)
        :rtype: dict
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_may_see()
        company = self.env.company
        self = self.sudo()._prepared(company)  # noqa: PLW0642
        self._no_jit()
        day = company._prepaid_today()
        cash, deferred = self._balances(company, day, "cash", "deferred")
        owed = self._owed_now(company, day, -deferred + 0.0)
        flows = self._daily_figures(company, day)
        return {
            "day": str(day),
            "company": company.name,
            "currency_id": company.currency_id.id,
            "today": self._figures_today(company, day, flows),
            "month": self._figures_month(company, day, flows),
            "weeks": self._figures_weeks(company, day, flows),
            "owed": owed,
            "cash": cash,
            "cover": cover(cash, owed["cost"]),
            "debts": self._figures_debts(company, day),
            "bookings": self._figures_bookings(company, day),
            "tie": self._figures_tie(company, day, owed["deferred"]),
            "risk": self._figures_risk(company),
        }

    @api.model
    @public
    def get_forecast(self):
        """Return the cash-gap gauge for the user's current company.

        :return: JSON-safe: ``cash`` now, ``weeks`` (``start``, ``cash``, ``low``, ``high``,
            ``no_sales``), ``gaps`` (weeks below zero with ``reasons``), ``stop`` (``start`` and
            ``cash`` of the first week below zero if nothing new is sold, or false), ``remedies``,
            ``hours``
            (``owed``, ``free``, ``fit``, ``specialists``), ``history_weeks``
        :rtype: dict
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_may_see()
        company = self.env.company
        self = self.sudo()._prepared(company)  # noqa: PLW0642
        forecast = self._forecast(company)
        gaps = self._gaps(company, forecast)
        stop = self._first_below(company, forecast, "no_sales")
        return {
            "cash": forecast["cash"],
            "history_weeks": forecast["usual"]["weeks"],
            "weeks": [
                {
                    "start": str(week["start"]),
                    **{name: week[name] for name in ("cash", "low", "high", "no_sales")},
                }
                for week in forecast["weeks"]
            ],
            "gaps": [{**gap, "start": str(gap["start"])} for gap in gaps],
            "stop": {"start": str(stop["start"]), "cash": stop["no_sales"]} if stop else False,
            "remedies": self._remedies(company, forecast) if gaps or stop else [],
            "lapses": forecast["lapses"],
            "hours": self._figures_hours(forecast["hours"]),
        }

    # ----------------------------------------------------------------------------------
    # Tiles
    # ----------------------------------------------------------------------------------

    @api.model
    def _figures_today(self, company, day, flows):
        """Return the visits of today by state, and what was taken."""
        begin, end = day_bounds(day, company._prepaid_tz())
        [(visits, done, missed)] = self._rows(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE state != 'cancelled'),
                       COUNT(*) FILTER (WHERE state = 'done'),
                       COUNT(*) FILTER (WHERE state = 'no_show')
                  FROM prepaid_booking
                 WHERE company_id IN %s AND start >= %s AND start < %s
                """,
                self._family_ids(company),
                begin,
                end,
            ),
            "prepaid.booking",
        )
        [takings] = self._sums(company, [(day, day)], flows["received"])
        return {"visits": visits, "done": done, "no_show": missed, "takings": takings}

    @api.model
    def _owed_now(self, company, day, deferred):
        """Return what is owed to clients today and what it costs; see ``_owed_totals``.

        :param float deferred: package revenue that is not earned yet
        """
        weeks = company.sudo().prepaid_forecast_history_weeks
        given = self._given(company, day, weeks)
        packages = self._owed_packages(company, day)
        facts = self._session_facts(company, packages)
        balances = self._owed_balances(company, day, weeks)
        owed = self._owed_totals(company, day, packages, facts, balances, given, deferred)
        rounding = company.currency_id.round
        advance = self._advance_of_clients()
        return {
            **owed,
            "advance": advance,
            "money": rounding(owed["deferred"] + advance),
            **{name: rounding(owed[name]) for name in ("deferred", "cost")},
        }

    @api.model
    def _advance_of_clients(self):
        """Return the sum of the clients' balances, by the statement behind their cards."""
        Partner = self.env["res.partner"]
        [(total,)] = self._rows(
            SQL(
                "SELECT COALESCE(SUM(advance), 0) FROM %s AS money WHERE advance > 0",
                Partner._prepaid_money_sql(lines=Partner._prepaid_open_lines_sql()),
            ),
            "account.move.line",
            "res.partner",
        )
        return self.env.company.currency_id.round(float(total))

    @api.model
    def _figures_debts(self, company, day):
        """Return clients' debts by age: ``total``, and ``buckets`` (label, amount), oldest last.

        Money that clients have with us is not taken off.
        """
        figures = self.env["prepaid.receivable.report"]._buckets(company, day)
        ages = [key for key in bucket_keys(30) if key in figures]
        buckets = [
            {
                "key": key,
                "label": self.env._("Not due")
                if key == "not_due"
                else self.env._("%(days)s days", days=key),
                "amount": figures[key] or 0.0,
            }
            for key in ages
        ]
        return {"total": sum(bucket["amount"] for bucket in buckets), "buckets": buckets}

    @api.model
    def _figures_bookings(self, company, day):
        """Return the visits that clients missed, and the deposits of this month.

        :return: ``visits`` of this month that were due, ``no_show`` of them with their
            ``no_show_value``, ``no_show_before`` (last month); ``deposits_held`` and
            ``deposits_awaited`` (amounts, now), ``deposits_kept`` (of visits of this month)
        :rtype: dict
        """
        first = day.replace(day=1)
        last = (first - timedelta(days=1)).replace(day=1)
        tz_name = company._prepaid_tz()
        [row] = self._rows(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE state IN ('done', 'no_show') AND %(month)s),
                       COUNT(*) FILTER (WHERE state = 'no_show' AND %(month)s),
                       COALESCE(SUM(price) FILTER (WHERE state = 'no_show' AND %(month)s), 0),
                       COUNT(*) FILTER (WHERE state = 'no_show' AND start < %(first)s),
                       COALESCE(SUM(deposit_amount) FILTER (WHERE deposit_state = 'paid'), 0),
                       COALESCE(SUM(deposit_amount) FILTER (WHERE deposit_state = 'awaiting'), 0),
                       COALESCE(SUM(deposit_amount) FILTER (
                           WHERE deposit_state = 'forfeited' AND %(month)s), 0)
                  FROM prepaid_booking
                 WHERE company_id IN %(companies)s AND start >= %(last)s
                """,
                month=SQL(
                    "start >= %s AND start < %s",
                    day_bounds(first, tz_name)[0],
                    day_bounds(day, tz_name)[1],
                ),
                first=day_bounds(first, tz_name)[0],
                last=day_bounds(last, tz_name)[0],
                companies=self._family_ids(company),
            ),
            "prepaid.booking",
        )
        names = (
            "visits",
            "no_show",
            "no_show_value",
            "no_show_before",
            "deposits_held",
            "deposits_awaited",
            "deposits_kept",
        )
        return {name: float(figure) for name, figure in zip(names, row, strict=True)}

    @api.model
    def _figures_tie(self, company, day, ledger):
        """Return by how much packages and general ledger differ: zero, or something to look at.

        :param float ledger: deferred package revenue by the general ledger
        """
        Report = self.env["prepaid.earned.report"]
        [[known]] = self._rows(
            SQL(
                "SELECT COALESCE(SUM(amount_deferred), 0) FROM (%s) packages"
                " WHERE company_id IN %s AND date <= %s",
                Report._deferred_sql(),
                self._family_ids(company),
                day,
            ),
            *Report._depends,
        )
        return company.currency_id.round(float(known) - ledger) + 0.0

    @api.model
    def _figures_risk(self, company):
        """Return the clients who paid and do not come, and what is at stake.

        :return: ``clients`` (their number) and ``value``
        :rtype: dict
        """
        Risk = self.env["prepaid.client.risk"]
        [(clients, value)] = self._rows(
            SQL(
                "SELECT COUNT(DISTINCT partner_id), COALESCE(SUM(value_at_risk), 0)"
                " FROM (%s) risk WHERE company_id IN %s",
                Risk._table_query,
                self._family_ids(company),
            ),
            *Risk._depends,
        )
        return {"clients": clients, "value": company.currency_id.round(float(value))}

    @api.model
    def _figures_hours(self, hours):
        """Return the hours for the screen, specialists with names, the tightest first."""
        users = self.env["res.users"].browse(hours["by_user"])
        rows = [{"id": user.id, "name": user.name, **hours["by_user"][user.id]} for user in users]
        rows.sort(key=lambda row: (row["fit"] - row["owed"], row["free"] - row["owed"]))
        return {**{name: hours[name] for name in ("owed", "free", "fit")}, "specialists": rows}
