from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.forecast import deviation


class PrepaidInsight(models.AbstractModel):
    """The usual week: what came in, what was given, what left. As of any day."""

    _inherit = "prepaid.insight"

    @api.model
    def _usual_week(self, company, day, weeks):
        """Return the averages of the weeks before a day, which they include.

        :param int weeks: how many
        :return: ``visits``, ``hours``, ``price``, ``cost`` of services given; ``received`` from
            clients, ``change`` of cash and ``other`` costs, all a week; ``sigma`` of the weekly
            change of cash; ``weeks`` with anything in them
        :rtype: dict
        """
        given = self._given(company, day, weeks)
        change, received = self._cash_weeks(company, day, weeks)
        count = max(self._weeks_with_history(change, received), 1)
        usual = {name: total / count for name, total in given.items()}
        usual["received"] = sum(received) / count
        usual["change"] = sum(change) / count
        usual["other"] = max(usual["received"] - usual["change"] - usual["cost"], 0.0)
        usual["sigma"] = deviation(change[-count:])
        usual["weeks"] = self._weeks_with_history(change, received)
        return usual

    @api.model
    def _weeks_with_history(self, change, received):
        """Return the number of weeks since the first one in which money moved."""
        moved = [week for week, pair in enumerate(zip(change, received, strict=True)) if any(pair)]
        return len(change) - moved[0] if moved else 0

    @api.model
    def _given(self, company, day, weeks):
        """Return the services given in the weeks before a day, in all: visits, hours, price, cost.

        Visits, and sessions of packages that were used without a booking.

        :rtype: dict
        """
        rows = self._rows(
            self._given_sql(company, day, weeks),
            "prepaid.booking",
            "prepaid.subscription.use",
        )
        by_template = self._template_services({row[2] for row in rows if row[2]})
        ids = {row[1] for row in rows if row[1]} | {s for t in by_template.values() for s in t}
        services = self._services(ids)
        cost = self._coster(company, services)
        totals = dict.fromkeys(("visits", "hours", "price", "cost"), 0.0)
        for user_id, service_id, template_id, visits, hours, price in rows:
            if template_id:
                service_id = (by_template[template_id] or (None,))[0]
                hours = visits * services.get(service_id, (1.0,))[0]
            figures = float(visits), float(hours), float(price)
            for name, figure in zip(("visits", "hours", "price"), figures, strict=True):
                totals[name] += figure
            totals["cost"] += cost(user_id, service_id, *figures)
        return totals

    @api.model
    def _given_sql(self, company, day, weeks):
        """Return the statement behind :meth:`_given`."""
        first = day - timedelta(days=7 * weeks - 1)
        return SQL(
            """
            SELECT user_id, service_id, NULL::integer, COUNT(*),
                   COALESCE(SUM(EXTRACT(EPOCH FROM stop - start)) / 3600.0, 0),
                   COALESCE(SUM(price), 0)
              FROM prepaid_booking
             WHERE state = 'done' AND company_id IN %(companies)s
               AND start >= %(begin)s AND start < %(end)s
          GROUP BY user_id, service_id
             UNION ALL
            SELECT NULL, NULL, package.template_id, SUM(used.units), 0, SUM(used.amount_earned)
              FROM prepaid_subscription_use used
              JOIN prepaid_subscription package ON package.id = used.subscription_id
             WHERE used.booking_id IS NULL AND used.kind != 'time'
               AND used.company_id IN %(companies)s
               AND used.date BETWEEN %(first)s AND %(day)s
          GROUP BY package.template_id
            """,
            companies=self._family_ids(company),
            begin=self._day_end(company, first - timedelta(days=1)),
            end=self._day_end(company, day),
            first=first,
            day=day,
        )

    @api.model
    def _cash_weeks(self, company, day, weeks):
        """Return for each of the weeks before a day the change of cash, and clients' net money in.

        :return: two lists, oldest week first
        :rtype: tuple[list, list]
        """
        common = {
            "day": day,
            "first": day - timedelta(days=7 * weeks - 1),
            "companies": self._family_ids(company),
            "journals": self._known(company, "journals"),
        }
        rows = self._rows(
            SQL(
                """
                SELECT 1, (%(day)s - date) / 7, SUM(balance) FROM account_move_line
                 WHERE account_id IN %(cash)s AND parent_state = 'posted'
                   AND company_id IN %(companies)s AND date BETWEEN %(first)s AND %(day)s
              GROUP BY 2
                 UNION ALL
                SELECT 2, (%(day)s - date) / 7, -SUM(balance) FROM account_move_line
                 WHERE account_id IN %(clients)s AND parent_state = 'posted'
                   AND journal_id IN %(journals)s
                   AND company_id IN %(companies)s AND date BETWEEN %(first)s AND %(day)s
              GROUP BY 2
                """,
                cash=self._known(company, "cash"),
                clients=(*self._known(company, "advance"), *self._known(company, "receivable")),
                **common,
            ),
            "account.move.line",
        )
        change, received = [0.0] * weeks, [0.0] * weeks
        for kind, ago, amount in rows:
            (change if kind == 1 else received)[weeks - 1 - ago] = float(amount)
        return change, received
