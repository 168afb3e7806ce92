from odoo import api, models
from odoo.tools import SQL, float_round, split_every

from ...door import operation

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
    @operation
    def _earn(self, earnings, together=False):
        """Move deferred value: Dr Deferred revenue / Cr Income or Breakage, or the reverse.

        :param list[dict] earnings: each with ``company``, ``partner``, ``date``, ``ref``,
            ``currency`` (records; the day is moved to the first open one when locked),
            ``origin`` (invoice it adjusts, may be empty), ``values`` for each line, and ``lines``:
            ``(account, balance, amount in currency, analytic distribution)`` and optionally a
            dictionary of other values (``partner_id``, ``is_storno``); optionally ``kind``:
            ``prepaid_kind`` of the entry
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
        first, single = group[0], len(group) == 1
        lines = [line for earning in group for line in self._prepare_earning_lines(earning)]
        ref = first["ref"] if single else self.env._("Packages: sessions of the day")
        kind = first.get("kind", "earning")
        vals = self._prepare_entry(first["company"], first["date"], ref, kind, lines)
        lines = lines if single else self._merge_income(lines, ref)
        origin = first["origin"].ids if single else []
        return {
            **vals,
            "line_ids": [(0, 0, line) for line in lines],
            "partner_id": first["partner"].id if single else False,
            "currency_id": first["currency"].id,
            "adjusting_entry_origin_move_ids": [(6, 0, origin)],
        }

    @api.model
    def _prepare_earning_lines(self, earning):
        """Return the complete values of the journal items of one earning.

        Where the company uses storno, what was earned is taken back in its own columns.
        """
        storno = earning["company"].account_storno
        lines = []
        for account, balance, amount, analytic, *other in earning["lines"]:
            line = self._prepare_line(
                earning["partner"], account, earning["currency"], balance, amount
            )
            taken_back = (balance > 0) == (account.internal_group == "income")
            values = {"is_storno": taken_back, **(other[0] if other else {})}
            values["is_storno"] = storno and values["is_storno"]
            lines.append(
                {
                    **line,
                    **earning["values"],
                    "analytic_distribution": analytic or {},
                    "name": earning["ref"],
                    **values,
                }
            )
        return lines

    @api.model
    def _merge_income(self, lines, ref):
        """Add up the income of an entry of many packages: a line per account, payer and analytic.

        The lines on deferred revenue stay one per package: they prove the sub-ledger.
        """
        accounts = self.env["account.account"].browse({line["account_id"] for line in lines})
        income = set(accounts.filtered(lambda a: a.internal_group == "income").ids)
        kept, sums = [], {}
        for line in lines:
            if line["account_id"] not in income:
                kept.append(line)
                continue
            analytic = tuple(sorted(line["analytic_distribution"].items()))
            key = (
                line["account_id"],
                line["currency_id"],
                line["partner_id"],
                analytic,
                line["is_storno"],
            )
            total = sums.setdefault(
                key,
                {
                    **line,
                    "prepaid_subscription_id": False,
                    "name": ref,
                    "balance": 0.0,
                    "amount_currency": 0.0,
                },
            )
            total["balance"] += line["balance"]
            total["amount_currency"] += line["amount_currency"]
        currencies = self.env["res.currency"].browse({key[1] for key in sums}).grouped("id")
        for (_account, currency_id, *_others), total in sums.items():
            total["balance"] = float_round(total["balance"], precision_digits=6)
            total["amount_currency"] = currencies[currency_id].round(total["amount_currency"])
        return kept + list(sums.values())
