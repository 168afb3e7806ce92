from odoo import models
from odoo.tools import SQL

#: The sub-ledger: table -> the causes its rows can have
TABLES = {
    "prepaid_subscription_use": ("earned", "broken"),
    "prepaid_subscription_revision": ("sold", "earned", "broken", "refunded", "transferred"),
}
CAUSES = TABLES["prepaid_subscription_revision"]
#: group -> key of a row of the sub-ledger, and what it is joined with
ROW_KEYS = {
    "month": (SQL("r.accounting_date"), SQL()),
    "template": (
        SQL("p.template_id"),
        SQL("JOIN prepaid_subscription p ON p.id = r.subscription_id"),
    ),
    "client": (
        SQL("c.commercial_partner_id"),
        SQL("JOIN res_partner c ON c.id = r.payer_id"),
    ),
    "currency": (
        SQL("p.sale_currency_id"),
        SQL("JOIN prepaid_subscription p ON p.id = r.subscription_id"),
    ),
}
#: group -> key of a journal item; the ledger knows no templates
ITEM_KEYS = {
    "month": (SQL("l.date"), SQL()),
    "client": (
        SQL("c.commercial_partner_id"),
        SQL("LEFT JOIN res_partner c ON c.id = l.partner_id"),
    ),
    "currency": (SQL("l.currency_id"), SQL()),
}


class PrepaidDeferredMovement(models.Model):
    """Opening, causes and closing of deferred revenue, beside the ledger: a statement each."""

    _inherit = "prepaid.deferred.movement"

    def _rollforward(self, group_by, company, first, last):
        """Return the figures of each group, from the rows of packages that are in the ledger.

        Rows before the period are the opening; by month, that of the first month.

        :param str group_by: month, template, client or currency
        :return: key -> ``opening``, the causes, and ``change``: what they add up to
        :rtype: dict
        """
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        parts = [
            self._row_sums(table, causes, group_by, company, first, last)
            for table, causes in TABLES.items()
        ]
        names = ("opening", *CAUSES, "change")
        query = SQL(
            "SELECT %s, %s FROM (%s) part GROUP BY 1",
            self._fold_days(SQL("part.key"), group_by, first),
            SQL(", ").join(SQL("COALESCE(SUM(%s), 0)", SQL.identifier(name)) for name in names),
            SQL(" UNION ALL ").join(parts),
        )
        return {
            key: dict(zip(names, figures, strict=True))
            for key, *figures in self.env.execute_query(query)
        }

    def _row_sums(self, table, causes, group_by, company, first, last):
        """Return the statement that adds up one table by its keys; by day, not yet by month.

        :param tuple causes: those that this table has; the others are zero
        """
        key, join = ROW_KEYS[group_by]
        within = SQL("FILTER (WHERE r.accounting_date >= %s)", first)
        sums = [SQL("SUM(r.amount_deferred) FILTER (WHERE r.accounting_date < %s) opening", first)]
        for cause in CAUSES:
            name = SQL.identifier(cause)
            column = SQL.identifier("r", f"amount_{cause}")
            sums.append(SQL("SUM(%s) %s %s", column, within, name) if cause in causes else
                        SQL("NULL::numeric %s", name))
        sums.append(SQL("SUM(r.amount_deferred) %s change", within))
        return SQL(
            """
            SELECT %s AS key, %s FROM %s r %s
             WHERE r.company_id IN %s AND r.accounting_date <= %s AND r.move_id IS NOT NULL
          GROUP BY 1
            """,
            key,
            SQL(", ").join(sums),
            SQL.identifier(table),
            join,
            tuple(company._prepaid_family().ids),
            last,
        )

    def _fold_days(self, key, group_by, first):
        """Return the expression that makes months of days, all before the period in the first."""
        if group_by != "month":
            return key
        return SQL("date_trunc('month', GREATEST(%s, %s))::date", key, first)

    def _ledger_balances(self, group_by, company, first, last):
        """Return the balances of the deferred accounts at the end, by the keys of the groups.

        By month: the changes, those before the period in the first month.

        :return: key -> amount, credit positive; None where the ledger does not know the groups
        """
        if group_by not in ITEM_KEYS:
            return None
        self._flush_items()
        key, join = ITEM_KEYS[group_by]
        query = SQL(
            """
            SELECT %s, -SUM(part.balance)
              FROM (SELECT %s AS key, SUM(l.balance) AS balance FROM account_move_line l %s
                     WHERE %s GROUP BY 1) part
          GROUP BY 1
            """,
            self._fold_days(SQL("part.key"), group_by, first),
            key,
            join,
            self._items_condition(company, last),
        )
        return dict(self.env.execute_query(query))

    def _flush_items(self):
        """Write what the statements about journal items read."""
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["account.move.line"].flush_model(
            ["account_id", "balance", "company_id", "currency_id", "date", "parent_state",
             "partner_id"]
        )

    def _items_condition(self, company, last):
        """Return the condition of posted journal items ``l`` on deferred accounts up to a day."""
        return SQL(
            "l.account_id IN %s AND l.parent_state = 'posted' AND l.company_id IN %s"
            " AND l.date <= %s",
            (*company._prepaid_deferred_accounts().ids, 0),
            tuple(company._prepaid_family().ids),
            last,
        )

    def _unexplained(self, company, last):
        """Return the ids of the entries of which packages know another amount, or nothing.

        An entry that corrects the deferral of a document counts with that document, and so does
        its reversal.

        :rtype: list[int]
        """
        self._flush_items()
        for model in self._depends:
            self.env[model].flush_model(["accounting_date", "amount_deferred", "move_id"])
        self.env["account.move"].flush_model(["prepaid_kind", "reversed_entry_id"])
        rows = SQL(" UNION ALL ").join(
            SQL(
                "SELECT r.move_id AS document, NULL AS entry, r.amount_deferred AS amount"
                "  FROM %s r WHERE r.company_id IN %s AND r.accounting_date <= %s"
                "   AND r.move_id IS NOT NULL",
                SQL.identifier(table),
                tuple(company._prepaid_family().ids),
                last,
            )
            for table in TABLES
        )
        query = SQL(
            """
            WITH items AS (
                SELECT COALESCE(origin.adjusting_entry_move_id, l.move_id) AS document,
                       l.move_id AS entry, l.balance AS amount
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN account_move corrected
                    ON corrected.id = CASE WHEN m.prepaid_kind = 'correction' THEN m.id
                                           ELSE m.reversed_entry_id END
                   AND corrected.prepaid_kind = 'correction'
             LEFT JOIN adjusting_entries__account_move origin
                    ON origin.move_id = corrected.id
                 WHERE %s
            )
            SELECT ARRAY_AGG(DISTINCT part.entry) FILTER (WHERE part.entry IS NOT NULL)
              FROM (SELECT * FROM items UNION ALL %s) part
          GROUP BY part.document
            HAVING ABS(SUM(part.amount)) > %s
            """,
            self._items_condition(company, last),
            rows,
            company.currency_id.rounding / 2,
        )
        return sorted({entry for [ids] in self.env.execute_query(query) for entry in ids or []})
