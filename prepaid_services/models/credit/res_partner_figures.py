from odoo import fields, models
from odoo.tools import SQL, float_round

from ...door import public
from ...tools.credit import propose_limit
from ..client.res_partner import NOTHING

MONTH = 30.44


class ResPartner(models.Model):
    """What speaks for and against giving a client credit."""

    _inherit = "res.partner"

    @public
    def prepaid_credit_figures(self):
        """Return what is known about how a client pays, and the limit that speaks for.

        :return: ``days_to_pay`` and ``days_late`` (averages of two years, weighted by amount),
            ``paid`` (number of invoices these are of), ``overdue``, ``overdue_days``, ``debt``,
            ``advance``, ``turnover`` (twelve months), ``written_off`` (number of invoices ever),
            ``months`` (since the first visit or invoice), ``visits`` and ``no_shows`` (twelve
            months), ``trust``, ``dso`` (days sales outstanding), ``proposal``, ``arithmetic``
            (a text) and ``points`` (list of ``[for or against, text]``); amounts in company
            currency
        :rtype: dict
        :raise AccessError: the caller is neither front desk nor accountant
        """
        self._prepaid_check_money_access()
        payer_sudo = self.commercial_partner_id.sudo()
        figures = payer_sudo._prepaid_history_figures()
        currency = self.env.company.currency_id
        limit, factors = propose_limit(
            figures["turnover"] / min(max(figures["months"], 1.0), 12.0),
            figures["days_late"] if figures["paid"] else None,
            figures["overdue_days"],
            figures["no_shows"],
            figures["months"],
            figures["trust"],
            figures["written_off"],
        )
        return {
            **figures,
            "proposal": currency.round(limit),
            "arithmetic": payer_sudo._prepaid_arithmetic(figures, limit, factors),
            "points": payer_sudo._prepaid_credit_points(figures),
        }

    def _prepaid_history_figures(self):
        """Return the figures of one payer in the legal entity, read from ledger and bookings."""
        self.ensure_one()
        self.env.flush_all()
        company = self.env.company
        today = company._prepaid_today()
        [row] = self.env.execute_query_dict(
            SQL(
                "SELECT paid.*, due.*, sold.*, seen.*"
                " FROM (%s) paid, (%s) due, (%s) sold, (%s) seen",
                self._prepaid_paid_sql(company, today),
                self._prepaid_due_sql(company, today),
                self._prepaid_sold_sql(company, today),
                self._prepaid_seen_sql(company, today),
            )
        )
        first = min(filter(None, (row.pop("first_invoice"), row.pop("first_visit"))), default=today)
        advance, debt, _own = self._prepaid_totals().get(self.id, NOTHING)
        rounded = {
            name: float_round(float(row[name] or 0.0), precision_digits=1)
            for name in ("days_to_pay", "days_late")
        }
        return {
            **rounded,
            "paid": row["paid"],
            "overdue": company.currency_id.round(float(row["overdue"] or 0.0)),
            "overdue_days": max(row["overdue_days"] or 0, 0),
            "debt": debt,
            "advance": advance,
            "turnover": company.currency_id.round(float(row["turnover"] or 0.0)),
            "months": float_round((today - first).days / MONTH, precision_digits=1),
            "visits": row["visits"],
            "no_shows": row["no_shows"],
            "written_off": row["written_off"],
            "trust": self.trust or "normal",
            "dso": float_round(self.days_sales_outstanding, precision_digits=1),
        }

    def _prepaid_paid_sql(self, company, today):
        """Return how long it took until invoices of two years were paid; not: written off."""
        return SQL(
            """
            SELECT SUM((paid.day - move.invoice_date) * line.balance) / SUM(line.balance)
                       AS days_to_pay,
                   SUM(GREATEST(paid.day - COALESCE(line.date_maturity, line.date), 0)
                       * line.balance) / SUM(line.balance) AS days_late,
                   COUNT(*)::int AS paid
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner client ON client.id = line.partner_id
              JOIN LATERAL (SELECT MAX(partial.max_date) AS day
                              FROM account_partial_reconcile partial
                             WHERE partial.debit_move_id = line.id) paid ON paid.day IS NOT NULL
             WHERE client.commercial_partner_id = %(payer)s AND %(scope)s
               AND move.move_type = 'out_invoice' AND move.invoice_date > %(since)s
               AND move.prepaid_written_off IS NOT TRUE
               AND line.account_id IN %(accounts)s
               AND line.balance > 0 AND line.amount_residual = 0
            """,
            payer=self.id,
            scope=self._prepaid_scope_sql("line", company),
            accounts=self.env["prepaid.reminder"]._receivable_accounts(company),
            since=fields.Date.subtract(today, years=2),
        )

    def _prepaid_due_sql(self, company, today):
        """Return what is overdue and not covered by money of the client, and for how long."""
        Reminder = self.env["prepaid.reminder"]
        return SQL(
            """
            SELECT SUM(LEAST(item.amount_residual, item.running - COALESCE(money.amount, 0)))
                       AS overdue,
                   %(today)s - MIN(item.date_due) AS overdue_days
              FROM (%(items)s) item
         LEFT JOIN (%(money)s) money ON money.payer_id = item.payer_id
             WHERE item.payer_id = %(payer)s AND item.date_due < %(today)s
               AND item.running > COALESCE(money.amount, 0)
            """,
            today=today,
            items=Reminder._debt_items_sql(company),
            money=Reminder._client_money_sql(company),
            payer=self.id,
        )

    def _prepaid_sold_sql(self, company, today):
        """Return what the client bought in twelve months, since when, and what was lost of it."""
        return SQL(
            """
            SELECT SUM(move.amount_total_signed) FILTER (WHERE move.invoice_date > %(since)s)
                       AS turnover,
                   COUNT(*) FILTER (WHERE move.prepaid_written_off)::int AS written_off,
                   MIN(move.invoice_date) AS first_invoice
              FROM account_move move
             WHERE move.commercial_partner_id = %(payer)s AND move.state = 'posted'
               AND move.company_id IN %(companies)s
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            payer=self.id,
            companies=tuple(company._prepaid_family().ids),
            since=fields.Date.subtract(today, years=1),
        )

    def _prepaid_seen_sql(self, company, today):
        """Return how often the client came, and did not come, in twelve months."""
        return SQL(
            """
            SELECT COUNT(*) FILTER (WHERE state = 'done' AND start > %(since)s)::int AS visits,
                   COUNT(*) FILTER (WHERE state = 'no_show' AND start > %(since)s)::int AS no_shows,
                   MIN(start) FILTER (WHERE state = 'done')::date AS first_visit
              FROM prepaid_booking
             WHERE payer_id = %(payer)s AND company_id IN %(companies)s
            """,
            payer=self.id,
            companies=tuple(company._prepaid_family().ids),
            since=fields.Date.subtract(today, years=1),
        )

    def _prepaid_scope_sql(self, alias, company):
        """Return the condition on posted journal items of the legal entity."""
        return SQL(
            "%s = 'posted' AND %s IN %s",
            SQL.identifier(alias, "parent_state"),
            SQL.identifier(alias, "company_id"),
            tuple(company._prepaid_family().ids),
        )

    # ----------------------------------------------------------------------------------
    # In words
    # ----------------------------------------------------------------------------------

    def _prepaid_arithmetic(self, figures, limit, factors):
        """Return how the proposed limit comes about, as one line."""
        money = self.env.company.currency_id.format
        words = {
            "punctual": self.env._("months, pays in time"),
            "late": self.env._("months, pays late"),
            "unproven": self.env._("months, paid no invoice yet"),
            "new": self.env._("new client"),
            "no_shows": self.env._("missed visits"),
            "overdue": self.env._("long overdue"),
            "written_off": self.env._("debt written off"),
            "trust_good": self.env._("good debtor"),
            "trust_bad": self.env._("bad debtor"),
        }
        steps = " ".join(f"× {factor:g} ({words[reason]})" for reason, factor in factors)
        monthly = figures["turnover"] / min(max(figures["months"], 1.0), 12.0)
        return self.env._(
            "%(monthly)s a month %(steps)s = %(limit)s, rounded down",
            monthly=money(monthly),
            steps=steps,
            limit=money(limit),
        )

    def _prepaid_credit_points(self, figures):
        """Return what speaks for and against credit.

        :return: ``["for" or "against", text]``, those against last
        :rtype: list[list[str]]
        """
        money = self.env.company.currency_id.format
        says = {True: "for", False: "against"}
        pays = self.env._("Has not paid an invoice in two years")
        if figures["paid"]:
            pays = self.env._(
                "Pays %(late)s days after the due date, %(days)s days after the invoice",
                late=figures["days_late"],
                days=figures["days_to_pay"],
            )
        points = [
            [says[bool(figures["paid"]) and figures["days_late"] <= 7], pays],
            [
                says[not figures["overdue"]],
                self.env._(
                    "Overdue now: %(amount)s, for %(days)s days",
                    amount=money(figures["overdue"]),
                    days=figures["overdue_days"],
                ),
            ],
            [
                says[figures["no_shows"] < 3],
                self.env._(
                    "Came %(visits)s times in twelve months, missed %(missed)s visits",
                    visits=figures["visits"],
                    missed=figures["no_shows"],
                ),
            ],
            [
                says[figures["turnover"] > 0],
                self.env._(
                    "Bought for %(amount)s in twelve months", amount=money(figures["turnover"])
                ),
            ],
            [
                says[figures["months"] >= 3],
                self.env._("Client for %(months)s months", months=figures["months"]),
            ],
            [
                says[figures["dso"] <= 45],
                self.env._("Days sales outstanding: %(days)s", days=figures["dso"]),
            ],
        ]
        if figures["written_off"]:
            text = self.env._("Invoices written off: %(count)s", count=figures["written_off"])
            points.append(["against", text])
        trust = dict(self._fields["trust"]._description_selection(self.env))
        points.append(
            [
                says[figures["trust"] != "bad"],
                self.env._("Trust: %(trust)s", trust=trust[figures["trust"]]),
            ]
        )
        return sorted(points, key=lambda point: point[0] == "against")
