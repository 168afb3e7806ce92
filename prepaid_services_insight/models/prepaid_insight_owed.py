from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.forecast import PRIOR_WEEKS, pace
from .prepaid_insight import WEEKS

#: One package with something left: what was promised and is not given yet
Owed = namedtuple(
    "Owed",
    "package_id template_id user_id unlimited left used minutes start last away value rate",
)
#: A package whose last revision is one of these promises nothing any more
OVER = ("expiry", "refund", "withdrawal")


class PrepaidInsight(models.AbstractModel):
    """What is owed to clients: sessions, hours, money, and what it costs to deliver."""

    _inherit = "prepaid.insight"

    # ----------------------------------------------------------------------------------
    # Packages
    # ----------------------------------------------------------------------------------

    @api.model
    def _owed_packages(self, company, day):
        """Return the packages with something left at the end of a day, each with its pace.

        The rows of the packages say what was promised and used by then; the ledger is not asked.

        :rtype: list[Owed]
        """
        rows = self._rows(
            self._owed_packages_sql(company, day),
            "prepaid.subscription",
            "prepaid.subscription.use",
            "prepaid.subscription.revision",
            "prepaid.booking",
        )
        rows = [Owed(*row, rate=0.0) for row in rows]
        weeks = sum(self._weeks_open(row, day) for row in rows)
        usual = sum(row.used for row in rows) / weeks if weeks else 0.0
        return [
            row._replace(rate=pace(row.used, self._weeks_open(row, day), usual)) for row in rows
        ]

    @api.model
    def _weeks_open(self, owed, day):
        """Return for how many weeks a package could have been used."""
        return max((day - owed.start).days / 7.0, 0.0)

    @api.model
    def _owed_packages_sql(self, company, day):
        """Return the statement behind :meth:`_owed_packages`.

        The specialist is who gave most of the package's visits, else most of the client's.
        """
        alive = SQL("TRUE")
        if day >= company._prepaid_today():
            alive = SQL("package.state IN ('draft', 'active', 'frozen')")
        return SQL(
            """
            SELECT package.id, package.template_id, usual.user_id,
                   COALESCE(package.is_unlimited, FALSE),
                   CASE WHEN package.is_unlimited THEN 0
                        ELSE revision.total_units - COALESCE(used.units, 0) END,
                   COALESCE(used.visits, 0), COALESCE(package.session_minutes, 0),
                   COALESCE(package.date_start, package.date_sale),
                   revision.date_end + COALESCE(package.grace_days, 0),
                   CASE WHEN revision.kind = 'freeze' THEN revision.frozen_to END,
                   COALESCE(used.value, 0) + COALESCE(changed.value, 0)
              FROM prepaid_subscription package
              JOIN LATERAL (
                       SELECT kind, total_units, date_end, frozen_to
                         FROM prepaid_subscription_revision
                        WHERE subscription_id = package.id AND date <= %(day)s
                     ORDER BY id DESC LIMIT 1
                   ) revision ON revision.kind NOT IN %(over)s
         LEFT JOIN LATERAL (
                       SELECT SUM(units) FILTER (WHERE date <= %(day)s) AS units,
                              SUM(CASE WHEN kind = 'undo' THEN -1 WHEN kind = 'time' THEN 0
                                       ELSE 1 END)
                                  FILTER (WHERE date <= %(day)s) AS visits,
                              SUM(amount_deferred)
                                  FILTER (WHERE accounting_date <= %(day)s) AS value
                         FROM prepaid_subscription_use WHERE subscription_id = package.id
                   ) used ON TRUE
         LEFT JOIN LATERAL (
                       SELECT SUM(amount_deferred) AS value FROM prepaid_subscription_revision
                        WHERE subscription_id = package.id AND accounting_date <= %(day)s
                   ) changed ON TRUE
         LEFT JOIN LATERAL (
                       SELECT user_id FROM prepaid_booking
                        WHERE partner_id = package.partner_id AND state != 'cancelled'
                          AND start < %(end)s
                     GROUP BY user_id
                     ORDER BY COUNT(*) FILTER (WHERE subscription_id = package.id) DESC,
                              COUNT(*) DESC, user_id
                        LIMIT 1
                   ) usual ON TRUE
             WHERE package.company_id IN %(companies)s AND package.date_sale <= %(day)s
               AND %(alive)s
               AND (revision.date_end IS NULL
                    OR revision.date_end + COALESCE(package.grace_days, 0) >= %(day)s)
               AND (package.is_unlimited OR revision.total_units > COALESCE(used.units, 0))
            """,
            day=day,
            end=self._day_end(company, day),
            over=OVER,
            companies=self._family_ids(company),
            alive=alive,
        )

    @api.model
    def _template_services(self, template_ids):
        """Return the services that packages of templates cover; none: any service.

        :return: template id -> service ids
        :rtype: dict[int, tuple]
        """
        templates = self.env["prepaid.subscription.template"].sudo().browse(template_ids)
        by_category = {}
        categories = templates.category_ids
        if categories:
            services = (
                self.env["product.product"]
                .sudo()
                .search([("type", "=", "service"), ("categ_id", "child_of", categories.ids)])
            )
            for category in categories:
                by_category[category.id] = services.filtered(
                    lambda s, c=category: (s.categ_id.parent_path or "").startswith(c.parent_path)
                ).ids
        return {
            template.id: tuple(
                dict.fromkeys(
                    [
                        *template.service_ids.ids,
                        *(s for c in template.category_ids.ids for s in by_category[c]),
                    ]
                )
            )
            for template in templates
        }

    @api.model
    def _session_facts(self, company, packages):
        """Return hours and cost of one session of each package.

        A package that covers several services costs their average; a session of which nobody
        knows who will give it costs as much as with the average specialist.

        :param list[Owed] packages: see :meth:`_owed_packages`
        :return: package id -> ``(hours, cost)``
        :rtype: dict[int, tuple]
        """
        by_template = self._template_services({owed.template_id for owed in packages})
        services = self._services({s for ids in by_template.values() for s in ids})
        cost = self._coster(company, services)
        users = sorted({owed.user_id for owed in packages if owed.user_id}) or [None]
        facts, known = {}, {}
        for owed in packages:
            price = owed.value / owed.left if owed.left > 0 else 0.0
            key = (owed.template_id, owed.user_id, owed.minutes, round(price, 4))
            if key not in known:
                known[key] = self._average_session(
                    cost,
                    services,
                    by_template[owed.template_id] or (None,),
                    [owed.user_id] if owed.user_id else users,
                    owed.minutes / 60.0,
                    price,
                )
            facts[owed.package_id] = known[key]
        return facts

    @api.model
    def _average_session(self, cost, services, service_ids, user_ids, hours, price):
        """Return hours and cost of a session, averaged over services and specialists."""
        all_hours = [hours or services.get(service, (1.0,))[0] for service in service_ids]
        costs = [
            cost(user, service, 1.0, each, price)
            for service, each in zip(service_ids, all_hours, strict=True)
            for user in user_ids
        ]
        return sum(all_hours) / len(all_hours), sum(costs) / len(costs)

    @api.model
    def _sessions_ahead(self, owed, day):
        """Return how many sessions a package still stands for.

        Of an unlimited one, those the client will come for at the own pace until its end.
        """
        if not owed.unlimited:
            return float(owed.left)
        weeks = (owed.last - day).days / 7.0 if owed.last else WEEKS
        return owed.rate * max(weeks, 0.0)

    # ----------------------------------------------------------------------------------
    # Balances
    # ----------------------------------------------------------------------------------

    @api.model
    def _owed_balances(self, company, day, history_weeks):
        """Return clients' advances, grouped by how many weeks they last at each client's pace.

        A client's pace is what went from the balance into services in the weeks before, drawn
        towards the share that all clients spend of theirs.

        :return: ``(weeks it lasts, balances, weekly amounts)``; see ``tools.forecast.run_down``
        :rtype: list[tuple]
        """
        rows = self._rows(
            SQL(
                """
                WITH own AS (
                    SELECT partner_id, SUM(amount) AS amount, SUM(spent) AS spent
                      FROM (%(amounts)s UNION ALL
                            SELECT partner_id, 0, balance + COALESCE(prepaid_vat, 0)
                              FROM account_move_line
                             WHERE account_id IN %(accounts)s AND parent_state = 'posted'
                               AND company_id IN %(companies)s
                               AND date > %(day)s - %(days)s AND date <= %(day)s
                               AND journal_id NOT IN %(journals)s) part
                  GROUP BY partner_id
                ), balance AS (
                    SELECT SUM(own.amount) AS amount, COALESCE(SUM(own.spent), 0) AS spent
                      FROM own JOIN res_partner client ON client.id = own.partner_id
                  GROUP BY client.commercial_partner_id
                    HAVING SUM(own.amount) > 0
                ), paced AS (
                    SELECT amount,
                           (GREATEST(spent, 0)
                            + %(prior)s * amount
                              * SUM(GREATEST(spent, 0)) OVER () / %(weeks)s
                              / SUM(amount) OVER ()
                           ) / (%(weeks)s + %(prior)s) AS weekly
                      FROM balance
                )
                SELECT CASE WHEN weekly * %(horizon)s >= amount
                            THEN GREATEST(CEIL(amount / weekly), 1) ELSE %(horizon)s + 1 END::int,
                       SUM(amount), SUM(weekly)
                  FROM paced GROUP BY 1
                """,
                day=day,
                days=7 * history_weeks,
                weeks=history_weeks,
                prior=PRIOR_WEEKS,
                horizon=WEEKS,
                amounts=self._balance_items_sql(company, day),
                journals=self._known(company, "journals"),
                accounts=self._known(company, "advance"),
                companies=self._family_ids(company),
            ),
            "account.move.line",
            "res.partner",
        )
        return [(lasts, float(amount), float(weekly)) for lasts, amount, weekly in rows]

    @api.model
    def _balance_items_sql(self, company, day):
        """Return the items on customer prepayments: what each adds to a client's advance.

        Today that is what is open of them; of a day in the past, everything until then.

        :return: SELECT of ``partner_id, amount, 0``
        """
        amount, lines = SQL("balance"), SQL("account_move_line")
        if day >= company._prepaid_today():
            amount = SQL("amount_residual")
            lines = self.env["res.partner"]._prepaid_open_lines_sql()
        return SQL(
            """
            SELECT partner_id, -(%(amount)s + COALESCE(prepaid_vat, 0)) AS amount, 0 AS spent
              FROM %(lines)s line
             WHERE account_id IN %(accounts)s AND parent_state = 'posted'
               AND company_id IN %(companies)s AND date <= %(day)s
            """,
            amount=amount,
            accounts=self._known(company, "advance"),
            companies=self._family_ids(company),
            day=day,
            lines=lines,
        )
