from collections.abc import Set
from typing import NamedTuple

from odoo import api, fields, models
from odoo.orm.domains import DomainAnd, DomainCondition
from odoo.tools import SQL

from ...tools.arguments import is_id


class Asked(NamedTuple):
    """What of a report is wanted: a part that its statement can look up instead of filtering."""

    ids: tuple | None = None
    first: object = None
    last: object = None
    model: str = ""


class PrepaidReportMixin(models.AbstractModel):
    """A list read by one statement that costs what is asked for, not the history of the house.

    PostgreSQL pushes a condition on a column into a statement only where the column is one. Rows
    that are asked for by their ids, or by days that are computed, would make it read everything.
    So what a domain says of these is handed to the statement beforehand; the domain still holds.
    """

    _name = "prepaid.report.mixin"
    _description = "List Read by One Statement"

    #: The field whose bounds reach the statement
    _asked_day = "date"

    @property
    def _table_query(self):
        asked = self.env.context.get("prepaid_asked")
        # Contexts come from outside: a value of this class does not
        mine = isinstance(asked, Asked) and asked.model == self._name
        return self._rows_sql(asked if mine else Asked())

    @api.model
    def _rows_sql(self, asked):
        """Return the statement. Hook.

        :param Asked asked: rows outside of it may be left out, and need not be
        :rtype: SQL
        """
        raise NotImplementedError

    # ----------------------------------------------------------------------------------
    # Accounts, one by one: items are looked up in indexes by their ids, not by a sub-query
    # ----------------------------------------------------------------------------------

    @api.model
    def _advance_account_ids(self):
        """Return the ids of the accounts with clients' money, of all companies.

        :rtype: list[int]
        """
        Company = self.env["res.company"]
        Company.flush_model(["prepaid_advance_account_ids"])
        accounts = SQL("SELECT * FROM %s account", Company._prepaid_advance_accounts_sql())
        return [account_id for (account_id,) in self.env.execute_query(accounts)]

    @api.model
    def _receivable_account_ids(self):
        """Return the ids of the trade receivable accounts of all companies.

        :rtype: list[int]
        """
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        return Account.search(
            [("account_type", "=", "asset_receivable"), ("non_trade", "=", False)]
        ).ids

    # ----------------------------------------------------------------------------------
    # What is asked
    # ----------------------------------------------------------------------------------

    def _asking(self, **asked):
        return self.with_context(prepaid_asked=Asked(model=self._name, **asked))

    @api.model
    def _asked_of(self, domain):
        """Return what a domain asks for, of the conditions that all rows must meet.

        :param Domain domain: optimized
        :rtype: dict
        """
        parts = domain.children if isinstance(domain, DomainAnd) else [domain]
        asked = {}
        for part in parts:
            if isinstance(part, DomainCondition) and isinstance(part.field_expr, str):
                self._asked_part(asked, part.field_expr, part.operator, part.value)
        return asked

    @api.model
    def _asked_part(self, asked, name, operator, value):
        """Add to what is asked what one condition says."""
        if operator == "in" and not isinstance(value, list | tuple | Set):
            return  # A query of its own: not run for this
        if name == "id" and operator == "in":
            asked["ids"] = tuple(each for each in value if is_id(each))
        elif name == self._asked_day and operator == "in":
            days = [fields.Date.to_date(each) for each in value if each]
            if days and len(days) == len(value):
                self._narrow(asked, min(days), max(days))
        elif name == self._asked_day and operator in (">", ">="):
            self._narrow(asked, fields.Date.to_date(value), None)
        elif name == self._asked_day and operator in ("<", "<="):
            self._narrow(asked, None, fields.Date.to_date(value))

    @api.model
    def _narrow(self, asked, first, last):
        """Add bounds to those that are known: days outside of both are not asked for."""
        if first:
            asked["first"] = max(first, asked.get("first") or first)
        if last:
            asked["last"] = min(last, asked.get("last") or last)

    @api.model
    def _between_sql(self, asked, day):
        """Return the condition that a day is one of those asked for.

        :param SQL day: expression of a date
        """
        parts = [SQL("TRUE")]
        if asked.first:
            parts.append(SQL("%s >= %s", day, asked.first))
        if asked.last:
            parts.append(SQL("%s <= %s", day, asked.last))
        return SQL(" AND ").join(parts)

    # ----------------------------------------------------------------------------------
    # Overrides
    # ----------------------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Extend: the statement is told what the domain asks for."""
        domain = fields.Domain(domain).optimize_full(self)
        asking = self._asking(**self._asked_of(domain))
        return super(PrepaidReportMixin, asking)._search(domain, *args, **kwargs)

    def _as_query(self, ordered=True):
        """Extend: the statement is told which rows are wanted."""
        return super(PrepaidReportMixin, self._asking(ids=self._ids))._as_query(ordered)

    def exists(self):
        """Extend: the statement is told which rows are wanted."""
        asking = self._asking(ids=self._ids)
        return super(PrepaidReportMixin, asking).exists().with_env(self.env)

    def _determine_fields_to_fetch(self, field_names, ignore_when_in_cache=False):
        """Extend: a row is read once, with all its columns.

        Otherwise checking the rules, or opening a row, reads the same rows again.
        """
        wanted = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        if ignore_when_in_cache and not wanted:
            return wanted
        every = super()._determine_fields_to_fetch(None)
        return [*every, *(field for field in wanted if field not in every)]

    @api.model
    def web_search_read(
        self, domain, specification, offset=0, limit=None, order=None, count_limit=None
    ):
        """Override: the statement runs once for page and count, then for the rows shown.

        Odoo counts again whenever there is a next page, and these lists have no cheap count.
        """
        if not limit:
            return super().web_search_read(
                domain, specification, offset, limit, order, count_limit
            )
        most = max(count_limit, offset + limit) if count_limit else None
        found = self._search(domain, limit=most, order=order or self._order).get_result_ids()
        records = self.browse(found[offset : offset + limit])
        return {"length": len(found), "records": records.web_read(specification)}
