from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.ageing import BUCKETS, PERIODS

#: The day from which an item ages, on journal items
BASES = {
    "due": SQL("COALESCE(line.date_maturity, line.date)"),
    "invoice": SQL("COALESCE(line.invoice_date, line.date)"),
}
MAX_WIDTH = 365


class PrepaidReceivableReport(models.Model):
    """The one statement that says what was open at the end of a day.

    Today's residual is in the journal items already. A past day is *rewound*: what was matched
    after it is added back to the items of that day, which costs only what happened since.
    """

    _inherit = "prepaid.receivable.report"

    # ----------------------------------------------------------------------------------
    # What is asked
    # ----------------------------------------------------------------------------------

    @api.model
    def _options(self):
        """Return what is asked, from the context; everything has a default.

        :return: ``as_of`` (local date), ``base``, ``width`` (days), ``net``, ``payer`` (id of the
            only one asked for)
        :rtype: dict
        :raise UserError: something the report does not know
        """
        context = self.env.context
        base = context.get("prepaid_base", "due")
        width = context.get("prepaid_width", 30)
        self._check_options(base, width)
        return {
            "as_of": self.env["res.partner"]._prepaid_date(context.get("prepaid_as_of")),
            "base": base,
            "width": width,
            "net": bool(context.get("prepaid_net")),
            "payer": context.get("prepaid_payer_id"),
        }

    @api.model
    def _check_options(self, base, width):
        """Refuse a base or a width that the report does not know.

        :raise UserError: names the argument
        """
        if base not in BASES:
            raise UserError(
                self.env._(
                    "Items age from their due date (due) or their invoice date (invoice), not "
                    "from %(base)s.",
                    base=base,
                )
            )
        if not isinstance(width, int) or isinstance(width, bool) or not 1 <= width <= MAX_WIDTH:
            raise UserError(
                self.env._(
                    "The width of a period is a number of days from 1 to %(max)s, not %(width)s.",
                    max=MAX_WIDTH,
                    width=width,
                )
            )

    @api.model
    def _companies(self):
        """Return the companies reported on: those switched on that keep books in one currency.

        Amounts of different currencies cannot be added up.

        :rtype: res.company
        """
        currency = self.env.company.currency_id
        return self.env.companies.filtered(lambda company: company.currency_id == currency)

    @api.model
    def _accounts(self):
        """Return the ids of the receivable and of the customer prepayments accounts.

        :rtype: tuple[list[int], list[int]]
        """
        family = self._companies()._prepaid_family()
        receivable = self.env["res.partner"]._receivable_ids(family)
        return [*receivable], family.prepaid_advance_account_ids.ids

    # ----------------------------------------------------------------------------------
    # The statement
    # ----------------------------------------------------------------------------------

    @api.model
    def _items_sql(self, in_currency):
        """Return the sub-query of the open items: a row for each journal item open on the day.

        ``residual`` is the client's money. Of an advance that has an invoice of its own the ledger
        keeps the part without VAT (``residual_net``).

        :param bool in_currency: whether the amounts in invoice currency are wanted; they are not
            in the indexes
        """
        options = self._options()
        where = self._item_where_sql(options)
        columns = SQL(
            "line.id, line.account_id, line.partner_id, line.company_id, line.currency_id,"
            " line.move_id, line.date, line.date_maturity, %s AS base_date",
            BASES[options["base"]],
        )
        names = ("debit_amount_currency", "credit_amount_currency", "amount_residual_currency")
        debit, credit, today = (SQL.identifier(name) if in_currency else SQL("0") for name in names)
        if not self._is_rewound(options):
            return SQL(
                """
                SELECT %s, %s, %s AS residual_currency
                  FROM account_move_line line WHERE %s AND line.amount_residual != 0
                """,
                columns,
                self._residuals_sql(SQL("line.amount_residual")),
                today,
                where,
            )
        return SQL(
            """
            WITH rewound AS (
                SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                  FROM (SELECT debit_move_id AS line_id, amount,
                               %(debit)s AS amount_currency
                          FROM account_partial_reconcile WHERE max_date > %(as_of)s
                         UNION ALL
                        SELECT credit_move_id, -amount, -%(credit)s
                          FROM account_partial_reconcile WHERE max_date > %(as_of)s) matched
                 WHERE %(matched)s
              GROUP BY line_id
            )
            SELECT %(columns)s, %(open)s,
                   %(today)s + COALESCE(rewound.amount_currency, 0) AS residual_currency
              FROM account_move_line line
         LEFT JOIN rewound ON rewound.line_id = line.id
             WHERE %(where)s AND line.amount_residual != 0
             UNION ALL
            SELECT %(columns)s, %(matched_later)s,
                   %(today)s + rewound.amount_currency
              FROM rewound
              JOIN account_move_line line ON line.id = rewound.line_id
             WHERE %(where)s AND line.amount_residual = 0
            """,
            as_of=options["as_of"],
            debit=debit,
            credit=credit,
            today=today,
            matched=self._only_payer_sql(SQL("line_id"), options),
            columns=columns,
            open=self._residuals_sql(SQL("line.amount_residual + COALESCE(rewound.amount, 0)")),
            matched_later=self._residuals_sql(SQL("line.amount_residual + rewound.amount")),
            where=where,
        )

    @api.model
    def _residuals_sql(self, amount):
        """Return what is open of ``line``: with the VAT of an advance invoice, and without.

        :param SQL amount: in the ledger
        """
        return SQL(
            """
            CASE WHEN line.prepaid_vat IS NULL OR line.prepaid_vat = 0 THEN %(amount)s
                 ELSE ROUND((%(amount)s)
                            * (1 + line.prepaid_vat / NULLIF(line.balance, 0)), %(digits)s)
                 END AS residual, %(amount)s AS residual_net
            """,
            amount=amount,
            digits=self.env.company.currency_id.decimal_places,
        )

    @api.model
    def _is_rewound(self, options):
        """Return whether anything was matched after the day: else today's residuals are those."""
        [[later]] = self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM account_partial_reconcile WHERE max_date > %s)",
                options["as_of"],
            )
        )
        return later

    @api.model
    def _item_where_sql(self, options):
        """Return which journal items count on the day."""
        receivable, advance = self._accounts()
        return SQL(
            "line.account_id IN %s AND line.parent_state = 'posted'"
            " AND line.company_id IN %s AND line.date <= %s AND %s",
            (*receivable, *advance, 0),
            tuple(self._companies().ids),
            options["as_of"],
            self._only_payer_sql(SQL("line.id"), options),
        )

    @api.model
    def _only_payer_sql(self, column, options):
        """Return the condition that leaves the items of one payer, when only that one is asked.

        A statement looks at a client's few items, not at all of them.
        """
        if not options["payer"]:
            return SQL("TRUE")
        return SQL(
            """
            %s IN (SELECT own.id FROM account_move_line own
                     JOIN res_partner client ON client.id = own.partner_id
                    WHERE client.commercial_partner_id = %s)
            """,
            column,
            options["payer"],
        )

    @api.model
    def _rows_sql(self, in_currency=False, users=True):
        """Return the sub-query of the report: the open items with what the columns show.

        :param bool in_currency: whether ``amount_currency`` is wanted
        :param bool users: whether ``user_id`` is wanted; else items are read from an index alone
        """
        options = self._options()
        # What is below zero on customer prepayments is a debt
        advance = SQL("(item.account_id IN %s AND item.residual < 0)", (*self._accounts()[1], 0))
        return SQL(
            """
            SELECT item.id, item.partner_id AS client_id, item.move_id, item.company_id,
                   item.date, item.date_maturity AS date_due,
                   item.currency_id AS invoice_currency_id,
                   item.residual_currency AS amount_currency,
                   %(currency)s AS currency_id,
                   COALESCE(client.commercial_partner_id, item.partner_id) AS partner_id,
                   %(user)s AS user_id,
                   CASE WHEN item.residual > 0 AND NOT %(advance)s THEN GREATEST(%(age)s, 0) END
                       AS days,
                   CASE WHEN %(advance)s THEN NULL ELSE (%(bucket)s)::varchar END AS bucket,
                   CASE WHEN %(advance)s THEN 'advance'
                        WHEN item.residual < 0 THEN 'credit' ELSE 'debt' END AS kind,
                   %(amounts)s
              FROM (%(items)s) item
         LEFT JOIN res_partner client ON client.id = item.partner_id
         LEFT JOIN res_partner payer ON payer.id = client.commercial_partner_id
         %(documents)s
             WHERE item.residual != 0 OR item.residual_currency != 0
            """,
            currency=self.env.company.currency_id.id,
            age=self._age_sql(options),
            bucket=self._bucket_sql(options),
            advance=advance,
            amounts=self._amounts_sql(options, advance),
            items=self._items_sql(in_currency),
            user=SQL("COALESCE(move.invoice_user_id, payer.user_id)" if users else "NULL"),
            documents=SQL("LEFT JOIN account_move move ON move.id = item.move_id" if users else ""),
        )

    @api.model
    def _age_sql(self, options):
        """Return how many days an item is past its base date."""
        return SQL("%s::date - item.base_date", options["as_of"])

    @api.model
    def _bucket_sql(self, options):
        """Return the bucket of an item, as ``tools.ageing.bucket_of``."""
        return SQL(
            "CASE WHEN %(age)s <= 0 THEN 0 ELSE LEAST((%(age)s - 1) / %(width)s + 1, %(last)s) END",
            age=self._age_sql(options),
            width=options["width"],
            last=PERIODS,
        )

    @api.model
    def _amounts_sql(self, options, advance):
        """Return the amounts of an item, each in its column.

        Gross: debts by age, credits beside them. Net: a credit lowers the period of its own date.
        Empty instead of zero elsewhere: the database adds up only what is there.
        """
        debt = SQL("NOT %s", advance)
        if not options["net"]:
            debt = SQL("item.residual > 0 AND NOT %s", advance)
        columns = [
            SQL(
                "CASE WHEN %s AND %s THEN item.residual END AS %s",
                self._in_bucket_sql(number, options),
                debt,
                SQL.identifier(f"amount_{number}"),
            )
            for number in BUCKETS
        ]
        credit = SQL("FALSE") if options["net"] else SQL("item.residual < 0 AND NOT %s", advance)
        columns += [
            SQL("CASE WHEN %s THEN item.residual END AS amount_credit", credit),
            SQL("CASE WHEN NOT %s THEN item.residual END AS amount_receivable", advance),
            SQL("CASE WHEN %s THEN -item.residual END AS amount_advance", advance),
            SQL("item.residual AS amount_net"),
            SQL("CASE WHEN %s THEN item.residual_net - item.residual END AS amount_vat", advance),
        ]
        return SQL(", ").join(columns)

    @api.model
    def _in_bucket_sql(self, number, options):
        """Return the condition that an item is in a bucket: its date against two fixed ones.

        Says the same as :meth:`_bucket_sql`, without arithmetic on every item.

        :param int number: of the bucket
        """
        since = options["as_of"] - timedelta(days=number * options["width"])
        before = options["as_of"] - timedelta(days=(number - 1) * options["width"])
        if number == 0:
            return SQL("item.base_date >= %s", since)
        if number == PERIODS:
            return SQL("item.base_date < %s", before)
        return SQL("item.base_date >= %s AND item.base_date < %s", since, before)
