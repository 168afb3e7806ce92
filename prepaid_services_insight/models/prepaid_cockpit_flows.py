from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

#: Weeks on the chart of earned against received
CHART_WEEKS = 13


class PrepaidCockpit(models.AbstractModel):
    """Earned against received, day by day: each is read once, whatever is shown of it."""

    _inherit = "prepaid.cockpit"

    @api.model
    def _figures_month(self, company, day, flows):
        """Return earned and received of this month, and of the same days of the last one."""
        first = day.replace(day=1)
        last_end = first - timedelta(days=1)
        before = (last_end.replace(day=1), min(last_end, last_end.replace(day=1) + (day - first)))
        periods = [(first, day), before, (last_end.replace(day=1), last_end)]
        names = ("now", "before", "last")
        return {
            name: dict(zip(names, self._sums(company, periods, flow), strict=True))
            for name, flow in flows.items()
        }

    @api.model
    def _daily_figures(self, company, day):
        """Return what was received and earned on each day that the tiles show, read once.

        :return: ``received`` and ``earned``; see :meth:`_by_day`
        :rtype: dict[str, dict]
        """
        month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        mondays = self._chart_mondays(day)
        period = min(month, mondays[0]), mondays[-1] + timedelta(days=6)
        return {
            name: self._by_day(company, *period, f"amount_{name}")
            for name in ("received", "earned")
        }

    @api.model
    def _by_day(self, company, first, last, figure):
        """Return a figure of the report of earned and received, for each day that has one.

        :param str figure: ``amount_received`` or ``amount_earned``
        :rtype: dict[date, Decimal]
        """
        Report = self.env["prepaid.earned.report"]
        return dict(
            self._rows(
                SQL(
                    "SELECT date, SUM(amount) FROM (%s) fact GROUP BY date",
                    Report._figure_sql(figure, company, first, last),
                ),
                *Report._depends,
            )
        )

    @api.model
    def _sums(self, company, periods, flow):
        """Return the sum of each of some periods.

        :param list periods: (first day, last day)
        :param dict flow: see :meth:`_by_day`
        :rtype: list[float]
        """
        return [
            company.currency_id.round(
                float(sum(amount for day, amount in flow.items() if first <= day <= last))
            )
            for first, last in periods
        ]

    @api.model
    def _chart_mondays(self, day):
        """Return the Mondays of the weeks on the chart, oldest first."""
        monday = day - timedelta(days=day.weekday())
        return [monday - timedelta(weeks=ago) for ago in range(CHART_WEEKS - 1, -1, -1)]

    @api.model
    def _figures_weeks(self, company, day, flows):
        """Return earned and received of the last weeks, oldest first."""
        mondays = self._chart_mondays(day)
        periods = [(monday, monday + timedelta(days=6)) for monday in mondays]
        received = self._sums(company, periods, flows["received"])
        earned = self._sums(company, periods, flows["earned"])
        return [
            {"start": str(monday), "received": came, "earned": given}
            for monday, came, given in zip(mondays, received, earned, strict=True)
        ]
