from odoo import api, models
from odoo.tools import SQL, split_every

#: Pairs of lines in one entry when many are booked together; larger ones gain nothing
PAIRS_PER_ENTRY = 1000


class PrepaidLedger(models.AbstractModel):
    """*Earn*: deferred value becomes revenue, or moves on. Always an entry in the journal PREP."""

    _inherit = "prepaid.ledger"

    @api.model
    def _touch_rows(self, records):
        """Make everybody who checks and then uses these records wait in line.

        See :meth:`_touch`; in the order of ids, so that two batches cannot block each other.

        :param records: of any model, e.g. packages
        """
        if records:
            table = SQL.identifier(records._table)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s SET write_uid = write_uid WHERE id IN (
                        SELECT id FROM %(table)s WHERE id IN %(ids)s
                        ORDER BY id FOR NO KEY UPDATE
                    )
                    """,
                    table=table,
                    ids=tuple(records.ids),
                )
            )
            records.invalidate_recordset()

    @api.model
    def _earn(self, earnings, together=False):
        """Move deferred value: Dr Deferred revenue / Cr Income or Breakage, or the reverse.

        :param list[dict] earnings: each with ``company``, ``partner``, ``date``, ``ref``,
            ``currency`` (records; the day is moved to the first open one when locked),
            ``origin`` (invoice it adjusts, may be empty), ``values`` for each line, and ``lines``:
            ``(account, balance, amount in currency, analytic distribution)`` and, when it is
            not the earning's, the partner; optionally ``kind``: ``prepaid_kind`` of the entry
        :param bool together: one entry per company and day instead of one each
        :return: posted entries, in the order of the earnings (repeated when they share one);
            nothing for an earning without lines
        :rtype: list[account.move]
        """
        groups = self._group_earnings(earnings) if together else [[e] for e in earnings]
        groups = [[e for e in group if e["lines"]] for group in groups]
        groups = [group for group in groups if group]
        vals_list = [self._prepare_earning_entry(group) for group in groups]
        quiet = self.with_context(skip_analytic_sync=self._has_no_analytic(earnings))
        moves = quiet._post_entries(vals_list) if vals_list else self.env["account.move"]
        by_earning = {
            id(earning): move.with_context(skip_analytic_sync=False)
            for move, group in zip(moves, groups, strict=True)
            for earning in group
        }
        none = self.env["account.move"]
        return [by_earning.get(id(earning), none) for earning in earnings]

    @api.model
    def _group_earnings(self, earnings):
        """Return the earnings of each company and open day, at most so many in an entry."""
        groups = {}
        for earning in earnings:
            company = earning["company"]
            journal = company._prepaid_get("prepaid_journal_id")
            day = company._prepaid_open_date(journal, earning["date"])
            groups.setdefault((company, day), []).append(earning)
        return [
            list(part) for group in groups.values() for part in split_every(PAIRS_PER_ENTRY, group)
        ]

    @api.model
    def _has_no_analytic(self, earnings):
        """Return whether no line has an analytic distribution, so that core need not look."""
        return not any(line[3] for earning in earnings for line in earning["lines"])

    @api.model
    def _prepare_earning_entry(self, group):
        """Return the values of the entry of one or more earnings of a company and day."""
        first = group[0]
        lines = [
            {
                **self._prepare_line(
                    partner[0] if partner else earning["partner"],
                    account,
                    earning["currency"],
                    balance,
                    amount,
                ),
                **earning["values"],
                "analytic_distribution": analytic or {},
                "name": earning["ref"],
            }
            for earning in group
            for account, balance, amount, analytic, *partner in earning["lines"]
        ]
        ref = first["ref"] if len(group) == 1 else self.env._("Packages: sessions of the day")
        origins = self.env["account.move"].union(*(earning["origin"] for earning in group))
        kind = first.get("kind", "earning")
        vals = self._prepare_entry(first["company"], first["date"], ref, kind, lines)
        for line, (_command, _id, line_vals) in zip(lines, vals["line_ids"], strict=True):
            line_vals["name"] = line["name"]
        return {
            **vals,
            "currency_id": first["currency"].id,
            "adjusting_entry_origin_move_ids": [(6, 0, origins.ids if len(group) == 1 else [])],
        }
