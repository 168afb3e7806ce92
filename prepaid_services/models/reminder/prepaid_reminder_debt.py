from odoo import api, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """Topic *debt*: the open items of customers, and what stands against reminding of them."""

    _inherit = "prepaid.reminder"

    @api.model
    def _due_sql_debt(self, company, today):
        """Return the open items of the legal entity. See :meth:`_due_sql`.

        What the client has with us (advance, credit notes, payments not matched yet) covers the
        oldest debts first; what is covered is not chased.
        """
        return SQL(
            """
            SELECT item.id AS res_id, payer.id AS partner_id, ''::text AS key,
                   item.date_due, item.amount_residual AS amount,
                   %(hold)s AS hold
              FROM (%(items)s) item
              JOIN res_partner payer ON payer.id = item.payer_id
              JOIN account_move move ON move.id = item.move_id
         LEFT JOIN (%(money)s) money ON money.payer_id = item.payer_id
             WHERE NOT EXISTS (SELECT FROM prepaid_reminder fee WHERE fee.fee_invoice_id = move.id)
            """,
            hold=self._debt_hold_sql(company, today),
            items=self._asked_items_sql(company),
            money=self._client_money_sql(company),
        )

    @api.model
    def _debt_hold_sql(self, company, today):
        """Return why a client is not reminded of an open item now, NULL when nothing holds it.

        Hook: over ``item``, ``payer``, ``move`` and ``money``.
        """
        setting = self.env["res.partner"]._prepaid_setting_sql
        return SQL(
            """
            CASE WHEN GREATEST(%(promises)s)::date >= %(today)s THEN 'promise'
                 WHEN COALESCE(%(disputes)s) IS NOT NULL THEN 'dispute'
                 WHEN item.peace IS NOT NULL THEN item.peace
                 WHEN COALESCE(money.amount, 0) >= item.running THEN 'covered'
            END
            """,
            promises=setting("prepaid_promise_date", company),
            disputes=setting("prepaid_dispute_reason", company),
            today=today,
        )

    @api.model
    def _debt_items_sql(self, company):
        """Return the open items with what the payer owes up to each of them, oldest first.

        The same ones as ``prepaid.ledger._open_debts``: also what customer prepayments are below
        zero.
        """
        return SQL(
            """
            SELECT line.id, line.move_id, client.commercial_partner_id AS payer_id,
                   COALESCE(line.date_maturity, line.date) AS date_due,
                   line.amount_residual, line.no_followup,
                   SUM(line.amount_residual) OVER (
                       PARTITION BY client.commercial_partner_id
                           ORDER BY COALESCE(line.date_maturity, line.date), line.id) AS running
              FROM account_move_line line
              JOIN res_partner client ON client.id = line.partner_id
             WHERE %(open)s AND line.account_id IN %(accounts)s AND line.amount_residual > 0
            """,
            open=self._open_lines_sql(company),
            accounts=self._debt_accounts(company),
        )

    @api.model
    def _asked_items_sql(self, company):
        """Return the open items, and which of them clients are not asked for.

        ``peace`` says why (in dispute, excluded in Accounting, in an instalment plan). ``running``
        is what the payer owes without these: a client's money covers what is asked for first.
        """
        return SQL(
            """
            SELECT item.id, item.move_id, item.payer_id, item.date_due, item.amount_residual,
                   item.peace,
                   SUM(item.amount_residual) FILTER (WHERE item.peace IS NULL) OVER (
                       PARTITION BY item.payer_id ORDER BY item.date_due, item.id) AS running
              FROM (SELECT item.*,
                           CASE WHEN NULLIF(move.prepaid_dispute_reason, '') IS NOT NULL
                                THEN 'dispute'
                                WHEN move.move_type != 'entry' AND item.no_followup
                                THEN 'no_followup'
                                WHEN item.id IN (
                                     SELECT rel.account_move_line_id
                                       FROM prepaid_instalment_plan plan
                                       JOIN prepaid_instalment_plan_debt_rel rel
                                         ON rel.prepaid_instalment_plan_id = plan.id
                                      WHERE plan.state = 'active')
                                THEN 'plan' END AS peace
                      FROM (%s) item
                      JOIN account_move move ON move.id = item.move_id) item
            """,
            self._debt_items_sql(company),
        )

    @api.model
    def _last_notice_sql(self, company):
        """Return the sub-query of the payers who got the last notice of something still open.

        For those who write to debtors in another tone: they leave these out.
        """
        return SQL(
            """
            (SELECT r.partner_id
               FROM prepaid_reminder r
               JOIN prepaid_reminder_step step ON step.id = r.step_id AND step.tone = 'last'
               JOIN account_move_line line ON line.id = r.res_id
                AND line.amount_residual > 0 AND line.parent_state = 'posted'
              WHERE r.company_id = %s AND r.topic = 'debt' AND r.state IN ('queued', 'done'))
            """,
            company.id,
        )

    @api.model
    def _client_money_sql(self, company):
        """Return what payers have with us that is not matched: advances and open credits."""
        return SQL(
            """
            SELECT client.commercial_partner_id AS payer_id,
                   -SUM(ROUND(line.amount_residual * %(gross)s, %(digits)s)) AS amount
              FROM account_move_line line
              JOIN res_partner client ON client.id = line.partner_id
             WHERE %(open)s AND line.account_id IN %(accounts)s AND line.amount_residual < 0
          GROUP BY client.commercial_partner_id
            """,
            gross=self._gross_sql(),
            digits=company.currency_id.decimal_places,
            open=self._open_lines_sql(company),
            accounts=self._debt_accounts(company),
        )

    @api.model
    def _gross_sql(self):
        """Return by how much the client's money is more than ``line``: an advance that has an
        invoice of its own is net of VAT in the ledger.
        """
        return SQL("(1 + COALESCE(line.prepaid_vat / NULLIF(line.balance, 0), 0))")

    @api.model
    def _open_lines_sql(self, company):
        """Return the condition on open posted journal items of the legal entity."""
        return SQL(
            "line.parent_state = 'posted' AND line.amount_residual != 0"
            " AND line.company_id IN %s",
            tuple(company._prepaid_family().ids),
        )

    @api.model
    def _receivable_accounts(self, company):
        """Return the ids of the trade receivable accounts, never none."""
        ids = self.env["res.partner"]._receivable_ids(company._prepaid_family())
        return (*ids, 0)

    @api.model
    def _debt_accounts(self, company):
        """Return the ids of the accounts on which clients owe or have something, never none."""
        advance = company.sudo()._prepaid_advance_accounts().ids
        return (*self._receivable_accounts(company), *advance)

    @api.model
    def _unmatched_bank_money(self, company):
        """Return the money that came in and belongs to nobody yet: match it before reminding.

        As superuser: the front desk sees how much it is, not the bank lines.

        :return: number of bank lines, and their sums as a text
        :rtype: tuple[int, str]
        """
        lines = self.env["account.bank.statement.line"].sudo()
        groups = lines._read_group(
            [
                ("company_id", "in", company._prepaid_family().ids),
                ("is_reconciled", "=", False),
                ("move_id.state", "=", "posted"),
                ("amount", ">", 0),
            ],
            ["currency_id"],
            ["__count", "amount:sum"],
        )
        texts = [currency.format(total) for currency, _count, total in groups]
        return sum(count for _currency, count, _total in groups), ", ".join(texts)
