from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..door import public
from ..tools.ageing import BUCKETS, bucket_keys
from .prepaid_receivable_report import ASKED

#: How the report can be grouped: column of a row -> the table and column of its name
GROUPS = {
    "client": ("partner_id", SQL("res_partner named"), SQL("named.complete_name")),
    "user": (
        "user_id",
        SQL(
            "(SELECT u.id, p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id) named"
        ),
        SQL("named.name"),
    ),
    "company": ("company_id", SQL("res_company named"), SQL("named.name")),
    "currency": ("invoice_currency_id", SQL("res_currency named"), SQL("named.name")),
}
#: The columns besides the buckets
TOTALS = ("credit", "receivable", "advance", "net", "vat")
#: Rows fetched at a time
CHUNK = 1000


class PrepaidReceivableReport(models.Model):
    """Aged receivable by groups, for programs, printed documents and the cockpit."""

    _inherit = "prepaid.receivable.report"

    @api.model
    @public(context=ASKED)
    def ageing(
        self, as_of=False, by="client", base="due", width=30, net=False, limit=False, offset=0
    ):
        """Return who owed how much for how long at the end of a day, largest debts first.

        Later payments do not count, later invoices neither. For the companies the caller has
        switched on (``allowed_company_ids``), in the currency of the present one.

        :param as_of: local date as ``YYYY-MM-DD`` or date; today at the company by default
        :param str by: ``client``, ``user`` (specialist or salesperson), ``company``
            or ``currency`` (of the invoice; the amounts stay in company currency)
        :param str base: ``due`` or ``invoice``: the date from which items age
        :param int width: days of a period, 1 to 365
        :param bool net: credit notes lower the period of their own date instead of standing in
            ``credit``
        :param int limit: at most so many rows; all by default
        :param int offset: rows to leave out, for reading page after page
        :return: ``as_of``, ``currency``, ``columns`` (keys of the amounts), ``rows`` (each with
            ``id``, ``name`` and the amounts), ``total`` of all rows and ``count`` of them
        :rtype: dict
        :raise UserError: an argument the report does not know
        :raise AccessError: the caller is neither manager nor accountant
        """
        self.check_access("read")
        report = self.with_context(
            prepaid_as_of=as_of, prepaid_base=base, prepaid_width=width, prepaid_net=net
        )
        options = report._options()
        limit, offset = self._check_page(by, limit, offset)
        columns = [*bucket_keys(width), *TOTALS]
        (count, _id, _name, *total), *rows = report._ageing_rows(by, limit, offset)
        return {
            "as_of": str(options["as_of"]),
            "currency": self.env.company.currency_id.name,
            "columns": columns,
            "rows": [
                {
                    "id": key or False,
                    "name": name or "",
                    **{column: value or 0.0 for column, value in zip(columns, values, strict=True)},
                }
                for _count, key, name, *values in rows
            ],
            "total": dict(zip(columns, total, strict=True)),
            "count": count,
        }

    @api.model
    def _check_page(self, by, limit, offset):
        """Return limit and offset of a page, refusing what is none.

        :raise UserError: names the argument
        """
        if by not in GROUPS:
            raise UserError(
                self.env._(
                    "The report is by %(groups)s, not by %(by)s.",
                    groups=", ".join(GROUPS),
                    by=by,
                )
            )
        for value in (limit or 0, offset or 0):
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise UserError(
                    self.env._("Limit and offset are numbers, zero or more, not %s.", value)
                )
        return limit or None, offset or 0

    @api.model
    def _ageing_rows(self, by, limit=None, offset=0):
        """Read total and groups in one statement.

        :return: iterable of rows (count of groups, id, name, amounts in the order of the columns);
            the first one is the total
        """
        self._prepare_reading()
        self.env.cr.execute(self._ageing_sql(by, limit, offset))
        while chunk := self.env.cr.fetchmany(CHUNK):
            yield from chunk

    @api.model
    def _ageing_sql(self, by, limit, offset):
        """Return the statement of total and groups."""
        _column, named, name = GROUPS[by]
        names = [SQL.identifier(f"amount_{key}") for key in (*BUCKETS, *TOTALS)]
        digits = self.env.company.currency_id.decimal_places
        totals = [SQL("COALESCE(ROUND(SUM(%s), %s), 0)::float8", each, digits) for each in names]
        figures = [SQL("ROUND(page.%s, %s)::float8", each, digits) for each in names]
        return SQL(
            """
            WITH grouped AS MATERIALIZED (%(grouped)s)
            SELECT COUNT(*) AS count, NULL AS key, NULL AS name, %(totals)s FROM grouped
             UNION ALL
            (SELECT 0, page.key, %(name)s, %(figures)s
               FROM (SELECT * FROM grouped
                   ORDER BY amount_net DESC, key LIMIT %(limit)s OFFSET %(offset)s) page
          LEFT JOIN %(named)s ON named.id = page.key
           ORDER BY page.amount_net DESC, page.key)
            """,
            grouped=self._grouped_sql(by, names),
            totals=SQL(", ").join(totals),
            name=name,
            figures=SQL(", ").join(figures),
            named=named,
            limit=limit,
            offset=offset,
        )

    @api.model
    def _grouped_sql(self, by, names):
        """Return the sums by group. Clients are added up first, then put to their payers.

        :param list[SQL] names: the amounts
        """
        sums = SQL(", ").join(SQL("SUM(%s) AS %s", each, each) for each in names)
        column = "client_id" if by == "client" else GROUPS[by][0]
        grouped = SQL(
            "SELECT %s AS key, %s FROM (%s) item GROUP BY 1",
            SQL.identifier(column),
            sums,
            self._rows_sql(users=by == "user"),
        )
        if by != "client":
            return grouped
        return SQL(
            """
            SELECT COALESCE(client.commercial_partner_id, own.key) AS key, %s
              FROM (%s) own LEFT JOIN res_partner client ON client.id = own.key GROUP BY 1
            """,
            sums,
            grouped,
        )

    @api.model
    def _buckets(self, company, as_of=False):
        """Return what was owed to a legal entity at the end of a day, by age.

        :param res.company company: of which the whole legal entity counts
        :param date as_of: local date, today by default
        :return: bucket key (``not_due``, ``1-30`` …), ``credit``, ``receivable``, ``advance``,
            ``net`` and ``vat`` (in the advance) -> amount in company currency
        :rtype: dict[str, float]
        """
        report = self._of_entities(company).with_context(prepaid_as_of=as_of)
        [[_count, _id, _name, *total]] = report._ageing_rows("company", limit=0)
        return dict(zip([*bucket_keys(30), *TOTALS], total, strict=True))

    @api.model
    def _of_entities(self, companies):
        """Return the report of whole legal entities, branches that are closed or hidden included.

        :param res.company companies: the first one is the present one
        """
        family = companies._prepaid_family()
        ids = [companies[0].id, *(family - companies[0]).ids]
        return self.sudo().with_context(allowed_company_ids=ids)

    @api.model
    @public(context=ASKED)
    def ledger_check(self, as_of=False):
        """Return the report's total beside the receivable accounts of the trial balance.

        The second figure is added up from debits and credits, without a look at what is matched.
        Root and branches share their clients' money: the whole legal entity is looked at.

        :param as_of: local date, today at the company by default
        :return: ``as_of``, ``receivable`` (report), ``receivable_ledger``, ``difference`` of them,
            ``advance`` (report, without the VAT of advance invoices, which the ledger keeps on an
            account of its own), ``advance_vat`` (that VAT), ``advance_ledger``,
            ``advance_difference``
        :rtype: dict
        :raise AccessError: the caller is neither manager nor accountant
        """
        self.check_access("read")
        report = self._of_entities(self.env.companies).with_context(prepaid_as_of=as_of)
        [[_count, _id, _name, *total]] = report._ageing_rows("company", limit=0)
        figures = dict(zip([*BUCKETS, *TOTALS], total, strict=True))
        receivable, advance = report._ledger_totals()
        round_ = self.env.company.currency_id.round
        # Debts to the report, but in the ledger they are on customer prepayments
        below_zero = report._below_zero()
        owed = round_(figures["receivable"] - below_zero)
        paid_in = round_(figures["advance"] - figures["vat"] - below_zero)
        return {
            "as_of": str(report._options()["as_of"]),
            "receivable": owed,
            "receivable_ledger": receivable,
            "difference": round_(owed - receivable),
            "advance": paid_in,
            "advance_vat": figures["vat"],
            "advance_ledger": advance,
            "advance_difference": round_(paid_in - advance),
        }

    @api.model
    def _below_zero(self):
        """Return what clients owe because customer prepayments are below zero on the day."""
        [[total]] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(residual), 0) FROM (%s) item"
                " WHERE item.account_id IN %s AND item.residual > 0",
                self._items_sql(in_currency=False),
                (*self._accounts()[1], 0),
            )
        )
        return float(total)

    @api.model
    def _ledger_totals(self):
        """Return the balances of the receivable and the prepayments accounts on the day.

        :rtype: tuple[float, float]
        """
        receivable, advance = self._accounts()
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(balance) FILTER (WHERE account_id IN %(receivable)s), 0),
                       COALESCE(-SUM(balance) FILTER (WHERE account_id IN %(advance)s), 0)
                  FROM account_move_line
                 WHERE account_id IN %(accounts)s AND parent_state = 'posted'
                   AND company_id IN %(companies)s AND date <= %(as_of)s
                """,
                receivable=(*receivable, 0),
                advance=(*advance, 0),
                accounts=(*receivable, *advance, 0),
                companies=tuple(self._companies().ids),
                as_of=self._options()["as_of"],
            )
        )
        return tuple(map(self.env.company.currency_id.round, row))
