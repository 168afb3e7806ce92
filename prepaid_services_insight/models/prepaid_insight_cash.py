from odoo import api, models
from odoo.tools import SQL

from .prepaid_insight import WEEKS

#: Payments of this many days say how late a client usually pays
DELAY_DAYS = 182
#: The most of them that are read, the last ones
DELAY_PAYMENTS = 10_000
#: Debts that are overdue for longer are not counted on
LOST_DAYS = 91


class PrepaidInsight(models.AbstractModel):
    """Money there is, and money that is due: to us and by us. As of any day."""

    _inherit = "prepaid.insight"

    @api.model
    def _find_cash_ids(self, family):
        """Return the ids of the accounts of cash and bank, with payments on their way to them."""
        methods = (
            self.env["account.payment.method.line"]
            .sudo()
            .search_fetch([("journal_id.company_id", "in", family.ids)], ["payment_account_id"])
        )
        root = family.root_id
        ids = {*self._find_account_ids(family, "asset_cash"), *methods.payment_account_id.ids}
        ids |= set(root.transfer_account_id.ids)
        chart = self.env["account.chart.template"].sudo().with_company(root)
        for direction in ("debit", "credit"):
            account = chart.ref(
                f"account_journal_payment_{direction}_account_id", raise_if_not_found=False
            )
            ids |= set(account.ids if account else ())
        return tuple(sorted(ids))

    @api.model
    def _balance(self, company, account_ids, day):
        """Return the balance of accounts at the end of a day, debit positive.

        A day that is not over yet counts whole; entries dated later do not count.
        """
        [[total]] = self._rows(
            SQL(
                """
                SELECT COALESCE(SUM(balance), 0) FROM account_move_line
                 WHERE account_id IN %s AND parent_state = 'posted' AND company_id IN %s
                   AND date <= %s
                """,
                account_ids,
                self._family_ids(company),
                day,
            ),
            "account.move.line",
        )
        return company.currency_id.round(total)

    @api.model
    def _balances(self, company, day, *names):
        """Return the balances of several groups of accounts, as :meth:`_balance`, at once.

        :param str names: of :meth:`_known`
        :rtype: list[float]
        """
        groups = [self._known(company, name) for name in names]
        sums = [SQL("COALESCE(SUM(balance) FILTER (WHERE account_id IN %s), 0)", g) for g in groups]
        [totals] = self._rows(
            SQL(
                """
                SELECT %s FROM account_move_line
                 WHERE account_id IN %s AND parent_state = 'posted' AND company_id IN %s
                   AND date <= %s
                """,
                SQL(", ").join(sums),
                tuple(account for group in groups for account in group),
                self._family_ids(company),
                day,
            ),
            "account.move.line",
        )
        return [company.currency_id.round(total) for total in totals]

    @api.model
    def _advance_on(self, company, day):
        """Return clients' money on customer prepayments at the end of a day, with its VAT."""
        [[total]] = self._rows(
            SQL(
                """
                SELECT COALESCE(-SUM(balance + COALESCE(prepaid_vat, 0)), 0)
                  FROM account_move_line
                 WHERE account_id IN %s AND parent_state = 'posted' AND company_id IN %s
                   AND date <= %s
                """,
                self._known(company, "advance"),
                self._family_ids(company),
                day,
            ),
            "account.move.line",
        )
        return company.currency_id.round(total)

    # ----------------------------------------------------------------------------------
    # Due
    # ----------------------------------------------------------------------------------

    @api.model
    def _open_items_sql(self, company, account_ids, day):
        """Return the statement of what was open at the end of a day: a row per journal item.

        Today it is the residual, read once; for the past, what was matched later is put back.

        :return: SELECT of ``id, partner_id, move_id, due, amount`` (debit positive, company
            currency)
        """
        if day >= company._prepaid_today():
            opened, amount = SQL(""), SQL("line.amount_residual")
            condition = SQL("line.amount_residual != 0")
        else:
            opened = SQL("JOIN (%s) opened ON opened.line_id = line.id", self._put_back_sql(day))
            amount, condition = SQL("opened.amount"), SQL("TRUE")
        return SQL(
            """
            SELECT line.id, line.partner_id, line.move_id,
                   COALESCE(line.date_maturity, line.date) AS due, %(amount)s AS amount
              FROM account_move_line line %(opened)s
             WHERE line.account_id IN %(accounts)s AND line.parent_state = 'posted'
               AND line.company_id IN %(companies)s AND line.date <= %(day)s AND %(condition)s
            """,
            amount=amount,
            opened=opened,
            accounts=account_ids,
            companies=self._family_ids(company),
            day=day,
            condition=condition,
        )

    @api.model
    def _put_back_sql(self, day):
        """Return what was open of each item at the end of a past day: ``line_id, amount``."""
        return SQL(
            """
            SELECT line_id, SUM(amount) AS amount
              FROM (SELECT id AS line_id, amount_residual AS amount FROM account_move_line
                     WHERE parent_state = 'posted' AND amount_residual != 0
                     UNION ALL
                    SELECT debit_move_id, amount FROM account_partial_reconcile
                     WHERE max_date > %(day)s
                     UNION ALL
                    SELECT credit_move_id, -amount FROM account_partial_reconcile
                     WHERE max_date > %(day)s) part
          GROUP BY line_id
            """,
            day=day,
        )

    @api.model
    def _receivable_by_week(self, company, day):
        """Return what clients' open invoices are expected to bring in, week by week.

        Each is expected on its due date plus the client's own average delay (that of all clients
        where there is none); what should have come already is expected in the first week. Debts
        later than a quarter are not counted on.

        :return: amounts of the weeks, and what is expected after them
        :rtype: tuple[list, float]
        """
        accounts = self._known(company, "receivable")
        rows = self._rows(
            SQL(
                """
                WITH item AS (
                    SELECT client.commercial_partner_id AS payer_id, open.due, open.amount
                      FROM (%(open)s) open
                      JOIN res_partner client ON client.id = open.partner_id
                     WHERE open.due >= %(day)s - %(lost)s
                ), %(delay)s
                SELECT GREATEST(
                           item.due + ROUND(COALESCE(
                               paid.days / NULLIF(paid.amount, 0), usual.days
                           ))::int - %(day)s, 0
                       ) / 7 AS week,
                       SUM(item.amount)
                  FROM item CROSS JOIN usual
             LEFT JOIN paid ON paid.payer_id = item.payer_id
              GROUP BY 1
                """,
                open=self._open_items_sql(company, accounts, day),
                day=day,
                delay=self._delay_sql(company, accounts, day),
                lost=LOST_DAYS,
            ),
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "res.partner",
        )
        return self._weeks_and_rest(rows)

    @api.model
    def _delay_sql(self, company, accounts, day):
        """Return two tables for WITH: ``paid``, how late each client paid, and ``usual``, all.

        What was written off was not paid, and says nothing about when. A big house is asked for
        its last payments only: more of them would not say more.
        """
        return SQL(
            """
            paid AS (
                SELECT client.commercial_partner_id AS payer_id,
                       SUM(part.amount) AS amount,
                       SUM(part.amount * GREATEST(
                           part.max_date - COALESCE(line.date_maturity, line.date), 0
                       )) AS days
                  FROM (SELECT debit_move_id, amount, max_date
                          FROM account_partial_reconcile
                         WHERE max_date BETWEEN %(day)s - %(delay)s AND %(day)s
                           AND company_id IN %(companies)s
                      ORDER BY max_date DESC, id DESC LIMIT %(payments)s) part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                  JOIN account_move move ON move.id = line.move_id
                   AND move.prepaid_written_off IS NOT TRUE
                  JOIN res_partner client ON client.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s
                   AND line.company_id IN %(companies)s
              GROUP BY client.commercial_partner_id
            ), usual AS (
                SELECT COALESCE(SUM(days) / NULLIF(SUM(amount), 0), 0) AS days FROM paid
            )
            """,
            day=day,
            delay=DELAY_DAYS,
            payments=DELAY_PAYMENTS,
            accounts=accounts,
            companies=self._family_ids(company),
        )

    @api.model
    def _payable_by_week(self, company, day):
        """Return what suppliers are to be paid, week by week; what is overdue in the first one.

        What a supplier owes us lowers that supplier's own bills, the first ones first, and nobody
        else's. Entries of clients' money are no bills, though VAT on advances may wait among the
        payables (Ukraine's 643).

        :return: amounts of the weeks, and what is due after them
        :rtype: tuple[list, float]
        """
        accounts = self._known(company, "payable")
        rows = self._rows(
            SQL(
                """
                WITH item AS (
                    SELECT supplier.commercial_partner_id AS supplier_id,
                           CASE WHEN open.amount > 0 THEN 0
                                ELSE GREATEST(open.due - %(day)s, 0) / 7 END AS week,
                           -SUM(open.amount) AS amount
                      FROM (%(open)s) open
                      JOIN account_move move ON move.id = open.move_id
                 LEFT JOIN res_partner supplier ON supplier.id = open.partner_id
                     WHERE move.prepaid_kind IS NULL
                  GROUP BY 1, 2
                ), owed AS (
                    SELECT week, amount, SUM(amount) OVER (
                               PARTITION BY supplier_id ORDER BY week
                           ) AS so_far
                      FROM item
                )
                SELECT week, SUM(GREATEST(so_far, 0) - GREATEST(so_far - amount, 0))
                  FROM owed GROUP BY 1
                """,
                open=self._open_items_sql(company, accounts, day),
                day=day,
            ),
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "res.partner",
        )
        return self._weeks_and_rest(rows)

    @api.model
    def _weeks_and_rest(self, rows):
        """Return rows of (week, amount) as a list of weeks, and what is after them."""
        by_week = {int(week): float(amount or 0) for week, amount in rows}
        weeks = [max(by_week.get(week, 0.0), 0.0) for week in range(WEEKS)]
        rest = sum(amount for week, amount in by_week.items() if week >= WEEKS)
        return weeks, max(rest, 0.0)
