from odoo import api, fields, models
from odoo.tools import SQL

from ..models.booking.prepaid_booking import OPEN_STATES


class PrepaidClientRisk(models.Model):
    """The parts of the query, which the reminders to use what was paid for share."""

    _inherit = "prepaid.client.risk"

    @api.model
    def _with(self):
        """Return what the other parts of the query build on."""
        return SQL(
            "policy AS (%s), coming AS MATERIALIZED (%s), expected AS MATERIALIZED (%s)",
            self._select_policy(),
            self._select_coming(),
            self._select_expected(),
        )

    @api.model
    def _packages_sql(self):
        """Return all live packages that owe something, at risk or not, with their figures."""
        return SQL("WITH %s %s", self._with(), self._select_judged())

    # ----------------------------------------------------------------------------------
    # What counts
    # ----------------------------------------------------------------------------------

    @api.model
    def _companies(self):
        """Return the companies whose clients are judged: those that are set up, and branches."""
        Company = self.env["res.company"].sudo()
        return Company.search([("prepaid_journal_id", "!=", False)])._prepaid_family()

    @api.model
    def _select_policy(self):
        """Return each company's today and limits."""
        rows = [
            SQL(
                "(%s::integer, %s::date, %s, %s, %s, %s::numeric, %s::date)",
                company.id,
                company._prepaid_today(),
                company.prepaid_risk_never_days,
                company.prepaid_risk_dormant_days,
                company.prepaid_risk_expiring_days,
                company.prepaid_risk_pace,
                fields.Date.subtract(
                    company._prepaid_today(), months=company.prepaid_risk_balance_months
                ),
            )
            for company in self._companies()
        ]
        return SQL(
            "SELECT * FROM (VALUES (NULL::integer, NULL::date, 0, 0, 0, 0::numeric, NULL::date)%s) "
            "AS policy (company_id, today, never_days, dormant_days, "
            "expiring_days, pace, untouched_since)",
            SQL("").join(SQL(", %s", row) for row in rows),
        )

    @api.model
    def _select_coming(self):
        """Return the visits ahead, by client and by package."""
        return SQL(
            """
            SELECT partner_id, company_id, subscription_id, MIN(start) AS start,
                   SUM(session_units) AS units
              FROM prepaid_booking
             WHERE state IN %s AND start >= %s
          GROUP BY GROUPING SETS ((partner_id, company_id), (subscription_id))
            """,
            self._coming_states(),
            fields.Datetime.now(),
        )

    @api.model
    def _select_expected(self):
        """Return the payers of whoever has a visit ahead, the payer or anybody of theirs."""
        return SQL(
            "SELECT DISTINCT person.commercial_partner_id AS payer_id"
            " FROM coming JOIN res_partner person ON person.id = coming.partner_id"
        )

    @api.model
    def _coming_states(self):
        """Return the states of bookings that will be a visit. Hook."""
        return OPEN_STATES

    # ----------------------------------------------------------------------------------
    # Packages. Odd ids
    # ----------------------------------------------------------------------------------

    @api.model
    def _select_packages(self, wanted=None):
        """Return the packages with something left of which at least one reason is true.

        :param SQL wanted: condition over ``package``
        """
        return SQL(
            """
            SELECT id::bigint * 2 + 1 AS id,
                   CASE WHEN is_expiring THEN 'expiring' WHEN is_too_slow THEN 'pace'
                        WHEN is_never THEN 'never' ELSE 'dormant' END AS reason,
                   partner_id, payer_id, id AS subscription_id, template_id, company_id,
                   currency_id, value_at_risk, sessions_left, sessions_booked, date_last,
                   days_left, date_visit, days_idle, next_visit, pace, pace_needed,
                   is_never, is_dormant, is_expiring, is_too_slow
              FROM (%s) AS judged
             WHERE is_never OR is_dormant OR is_expiring OR is_too_slow
            """,
            self._select_judged(wanted),
        )

    @api.model
    def _select_judged(self, wanted=None):
        """Return the live packages with their reasons as columns."""
        return SQL(
            """
            SELECT live.*,
                   next_visit IS NULL AND date_visit IS NULL AND days_idle >= never_days
                       AS is_never,
                   next_visit IS NULL AND date_visit IS NOT NULL AND days_idle >= dormant_days
                       AS is_dormant,
                   days_left BETWEEN 0 AND expiring_days
                       AND (is_unlimited AND next_visit IS NULL OR sessions_left > sessions_booked)
                       AS is_expiring,
                   pace > 0 AND pace_needed > pace * tolerance AS is_too_slow
              FROM (%s) AS live
            """,
            self._select_live(wanted),
        )

    @api.model
    def _select_live(self, wanted=None):
        """Return the packages that owe something, with the figures they are judged by.

        Last visits are looked up package by package: years of history are not read for them.
        What is coming has no statistics: compared in this way, the company is no reason to expect
        so little of it that reading it again for each package seemed cheap.
        """
        return SQL(
            """
            SELECT package.*, policy.never_days, policy.dormant_days, policy.expiring_days,
                   policy.pace AS tolerance,
                   policy.today - COALESCE(package.date_visit, package.first_day) AS days_idle,
                   package.date_last - policy.today AS days_left,
                   ROUND(package.sessions_used * 7.0
                       / GREATEST(policy.today - package.first_day + 1, 7), 2) AS pace,
                   CASE WHEN package.date_last >= policy.today THEN ROUND(
                       GREATEST(package.sessions_left - package.sessions_booked, 0) * 7.0
                       / (package.date_last - policy.today + 1), 2) END AS pace_needed
              FROM (SELECT package.id, package.partner_id, package.payer_id, package.template_id,
                           package.company_id, company.currency_id, package.is_unlimited,
                           package.amount_deferred AS value_at_risk, package.sessions_left,
                           package.sessions_used, package.date_last, package.date_sale,
                           GREATEST(package.date_start, package.date_sale) AS first_day,
                           COALESCE(held.units, 0) AS sessions_booked,
                           LEAST(held.start, ahead.start) AS next_visit,
                           GREATEST(used.date, been.date) AS date_visit
                      FROM prepaid_subscription package
                      JOIN res_company company ON company.id = package.company_id
                 LEFT JOIN coming held ON held.subscription_id = package.id
                 LEFT JOIN coming ahead ON ahead.partner_id = package.partner_id
                                       AND ahead.company_id IS NOT DISTINCT FROM package.company_id
                 LEFT JOIN LATERAL (
                               SELECT visit.date FROM prepaid_subscription_use visit
                                WHERE visit.subscription_id = package.id AND visit.kind = 'visit'
                                  AND NOT EXISTS (SELECT FROM prepaid_subscription_use undo
                                                   WHERE undo.reversed_id = visit.id)
                             ORDER BY visit.date DESC LIMIT 1
                           ) used ON TRUE
                 LEFT JOIN LATERAL (
                               SELECT MAX(start)::date AS date FROM prepaid_booking
                                WHERE partner_id = package.partner_id AND state = 'done'
                           ) been ON been.date >= package.date_sale
                     WHERE package.state = 'active' AND package.amount_deferred > 0
                       AND %s) AS package
              JOIN policy ON policy.company_id = package.company_id
            """,
            wanted or SQL("TRUE"),
        )

    # ----------------------------------------------------------------------------------
    # Balances. Even ids
    # ----------------------------------------------------------------------------------

    @api.model
    def _select_balances(self, wanted=None):
        """Return the advances that nothing has moved for long, of clients without a visit ahead.

        :param SQL wanted: condition over ``client``, of whom an item is
        """
        return SQL(
            """
            SELECT (payer.id::bigint * 10000 + company.id %% 10000) * 2 AS id,
                   'balance' AS reason, payer.id AS partner_id,
                   payer.id AS payer_id, NULL::integer AS subscription_id,
                   NULL::integer AS template_id, idle.company_id, company.currency_id,
                   idle.value_at_risk, 0 AS sessions_left, 0 AS sessions_booked,
                   NULL::date AS date_last, NULL::integer AS days_left, NULL::date AS date_visit,
                   policy.today - idle.date AS days_idle, NULL::timestamp AS next_visit,
                   NULL::numeric AS pace, NULL::numeric AS pace_needed,
                   FALSE AS is_never, FALSE AS is_dormant, FALSE AS is_expiring,
                   FALSE AS is_too_slow
              FROM (%s) AS idle
              JOIN res_partner payer ON payer.id = idle.payer_id AND payer.active
              JOIN res_company company ON company.id = idle.company_id
              JOIN policy ON policy.company_id = idle.company_id
                         AND idle.date <= policy.untouched_since
             WHERE %s
            """,
            self._select_advances(wanted),
            self._nobody_comes(),
        )

    @api.model
    def _select_advances(self, wanted=None):
        """Return the advance of each payer at each legal entity, and the day it last moved.

        Only of those who have an open item: what is used up, however much it was, is not read.
        Each client's lines are added up from the index alone, before anything is joined.
        """
        accounts = tuple(self._companies()._prepaid_advance_accounts().ids) or (0,)
        return SQL(
            """
            SELECT client.commercial_partner_id AS payer_id, MAX(own.date) AS date,
                   split_part(branch.parent_path, '/', 1)::integer AS company_id,
                   -SUM(own.balance + own.vat) AS value_at_risk
              FROM (SELECT partner_id, company_id, MAX(date) AS date, SUM(balance) AS balance,
                           SUM(COALESCE(prepaid_vat, 0)) AS vat
                      FROM account_move_line
                     WHERE account_id IN %s AND parent_state = 'posted' AND %s
                  GROUP BY partner_id, company_id) own
              JOIN res_company branch ON branch.id = own.company_id
              JOIN res_partner client ON client.id = own.partner_id
          GROUP BY client.commercial_partner_id, split_part(branch.parent_path, '/', 1)
            HAVING SUM(own.balance) < 0
            """,
            accounts,
            self.env["res.partner"]._prepaid_holders_sql(accounts, wanted),
        )

    @api.model
    def _idle_balances_sql(self):
        """Return the advances of clients without a visit ahead, with the day they last moved."""
        return SQL(
            """
            WITH %s
            SELECT idle.* FROM (%s) AS idle
              JOIN res_partner payer ON payer.id = idle.payer_id AND payer.active
             WHERE %s
            """,
            self._with(),
            self._select_advances(),
            self._nobody_comes(),
        )

    @api.model
    def _nobody_comes(self):
        """Return the condition that neither ``payer`` nor anybody of theirs has a visit ahead.

        As a list, which is looked up in a hash whatever the planner thinks of its length.
        """
        return SQL("payer.id NOT IN (SELECT payer_id FROM expected WHERE payer_id IS NOT NULL)")
