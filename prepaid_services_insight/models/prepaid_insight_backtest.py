from datetime import timedelta

from odoo import api, models

#: How many weeks ago the forecasts are made again
ORIGINS = (4, 8, 13, 26)


class PrepaidInsight(models.AbstractModel):
    """How good the forecast is: made again for days in the past, and compared with what happened.

    Nothing was stored at that time: ledger, packages and bookings tell what was known then. Two
    things they cannot tell and today's are taken: rates of pay, and the terms of packages.
    """

    _inherit = "prepaid.insight"

    @api.model
    def _backtest(self, company, assumptions=None, origins=ORIGINS, day=None):
        """Return for each origin with a history what was forecast for now, and what is.

        :param tuple origins: weeks before ``day`` on which the forecast is made
        :param date day: the end of the comparison; today by default
        :return: dicts with ``weeks``, ``origin``, and ``<figure>_forecast``, ``<figure>_actual``
            for ``cash``, ``receipts`` and ``visits``; ``low``, ``high``, ``inside`` the band
        :rtype: list[dict]
        """
        day = day or company._prepaid_today()
        cash = self._balance(company, self._known(company, "cash"), day)
        tests = []
        for weeks in origins:
            origin = day - timedelta(weeks=weeks)
            forecast = self._forecast(company, origin, assumptions)
            if forecast["usual"]["weeks"] < 2:
                continue
            coming = forecast["weeks"][:weeks]
            _change, received = self._cash_weeks(company, day, weeks)
            last = coming[-1]
            tests.append(
                {
                    "weeks": weeks,
                    "origin": origin,
                    "cash_forecast": last["cash"],
                    "cash_actual": cash,
                    "low": last["low"],
                    "high": last["high"],
                    "inside": last["low"] <= cash <= last["high"],
                    "receipts_forecast": sum(week["receipts"] for week in coming),
                    "receipts_actual": sum(received),
                    "visits_forecast": sum(week["visits"] for week in coming),
                    "visits_actual": self._given(company, day, weeks)["visits"],
                }
            )
        return tests
