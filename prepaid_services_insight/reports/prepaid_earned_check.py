import datetime

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.prepaid_services.models.company.prepaid_report_mixin import Asked


class PrepaidEarnedCheck(models.Model):
    """Is the report of earned and received the general ledger? Month by month, with the difference.

    The report reads packages, bookings and money; this reads the accounts themselves.
    """

    _name = "prepaid.earned.check"
    _inherit = ["prepaid.report.mixin"]
    _description = "Earned against Received: Check against the Ledger"
    _auto = False
    _order = "date desc, company_id"
    _rec_name = "date"
    _depends = {
        "prepaid.earned.report": ["date"],
        "account.move.line": ["account_id", "balance", "company_id", "date", "parent_state"],
    }

    date = fields.Date("Month", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    income_report = fields.Monetary("Income in the Report", readonly=True)
    income_ledger = fields.Monetary("Income in the Ledger", readonly=True)
    income_difference = fields.Monetary("Difference of Income", readonly=True)
    owed_report = fields.Monetary("Change of What Is Owed in the Report", readonly=True)
    owed_ledger = fields.Monetary("Change of What Is Owed in the Ledger", readonly=True)
    owed_difference = fields.Monetary("Difference of What Is Owed", readonly=True)

    @api.model
    def _rows_sql(self, asked):
        """Override: whole months of those that are asked for, by their days or by their ids."""
        asked = self._asked_months(asked)
        return SQL(
            """
            SELECT (EXTRACT(YEAR FROM month) * 12 + EXTRACT(MONTH FROM month))::int * 10000
                       + figure.company_id AS id,
                   month AS date, figure.company_id, company.currency_id,
                   SUM(income) FILTER (WHERE is_report) AS income_report,
                   SUM(income) FILTER (WHERE NOT is_report) AS income_ledger,
                   SUM(CASE WHEN is_report THEN income ELSE -income END) AS income_difference,
                   SUM(owed) FILTER (WHERE is_report) AS owed_report,
                   SUM(owed) FILTER (WHERE NOT is_report) AS owed_ledger,
                   SUM(CASE WHEN is_report THEN owed ELSE -owed END) AS owed_difference
              FROM (%(report)s UNION ALL %(ledger)s) figure
              JOIN res_company company ON company.id = figure.company_id
          GROUP BY month, figure.company_id, company.currency_id
            """,
            report=self._report_sql(asked),
            ledger=self._ledger_sql(asked),
        )

    @api.model
    def _asked_months(self, asked):
        """Return the days of the months that are asked for."""
        first, last = asked.first, asked.last
        if asked.ids:
            months = [divmod(number // 10000 - 1, 12) for number in asked.ids]
            days = [
                datetime.date(year, month + 1, 1)
                for year, month in months
                if datetime.MINYEAR <= year <= datetime.MAXYEAR
            ] or [datetime.date.min]
            first, last = min(days), max(days)
        return Asked(
            first=first and first.replace(day=1),
            last=last and fields.Date.end_of(last, "month"),
        )

    def _report_sql(self, asked):
        """Return the figures of the report by month."""
        return SQL(
            """
            SELECT TRUE AS is_report, date_trunc('month', date)::date AS month, company_id,
                   SUM(amount_earned + amount_broken + amount_other) AS income,
                   SUM(amount_owed) AS owed
              FROM (%s) report GROUP BY 2, 3
            """,
            self.env["prepaid.earned.report"]._rows_sql(asked),
        )

    def _ledger_sql(self, asked):
        """Return income, and what is owed to clients, by the accounts alone."""
        roles = self.env.execute_query(self._accounts_sql())
        accounts = {
            name: (*(account_id for account_id, role in roles if role == name and account_id), 0)
            for name in ("income", "owed")
        }
        return SQL(
            """
            SELECT FALSE, date_trunc('month', line.date)::date, line.company_id,
                   -SUM(line.balance) FILTER (WHERE line.account_id IN %(income)s),
                   -SUM(line.balance) FILTER (WHERE line.account_id IN %(owed)s)
              FROM account_move_line line
             WHERE line.account_id IN %(all)s AND line.parent_state = 'posted' AND %(asked)s
          GROUP BY 2, 3
            """,
            **accounts,
            all=(*accounts["income"], *accounts["owed"]),
            asked=self._between_sql(asked, SQL("line.date")),
        )

    def _accounts_sql(self):
        """Return the accounts of income, and those of what is owed to clients."""
        return SQL(
            """
            SELECT id, 'income' AS role FROM account_account WHERE account_type = 'income'
             UNION
            SELECT account_id, 'income' FROM prepaid_fee_account_rel
             UNION
            SELECT prepaid_deferred_account_id, 'owed' FROM res_company
             UNION
            SELECT account_id, 'owed' FROM %s clients
             UNION
            SELECT deferred_account_id, 'owed' FROM prepaid_subscription
            """,
            self.env["res.company"]._prepaid_advance_accounts_sql(),
        )
