from psycopg2 import IntegrityError

from odoo import api, models
from odoo.tools import SQL

from ...exceptions import REFUSALS, ClientBusyError, reason_of


class AccountMove(models.Model):
    """The night looks for advances whose VAT nobody has seen to."""

    _inherit = "account.move"

    @api.model
    def _cron_prepaid_vat(self, limit=200):
        """See to the VAT of open advances: booked past the add-on, or free again after a use.

        An advance that cannot be done is set aside with the reason, and shown in the list
        *Advances without VAT* until somebody repairs it.
        """
        lines = self._prepaid_vat_waiting(limit + 1)
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(lines))
        for line in lines[:limit]:
            line = line.try_lock_for_update()
            if not line:
                continue
            try:
                with self.env.cr.savepoint():
                    line._prepaid_vat_see_to()
            except ClientBusyError:
                continue  # the next run finds it again
            except (*REFUSALS, IntegrityError) as error:
                line.prepaid_vat_error = reason_of(error)
            if not progress(1):
                break

    @api.model
    def _prepaid_vat_waiting(self, limit):
        """Return open advances without VAT that should have one, oldest first."""
        lines = self.env["account.move.line"]
        roots = self.env["res.company"].search(
            [("prepaid_vat_since", "!=", False), ("parent_id", "=", False)]
        )
        for root in roots:
            family = root._prepaid_family()
            lines += lines.search(
                [
                    ("account_id", "in", family.prepaid_advance_account_ids.ids),
                    ("company_id", "in", family.ids),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("amount_residual", "<", 0),
                    ("partner_id", "!=", False),
                    ("date", ">=", root.prepaid_vat_since),
                    ("prepaid_vat_error", "=", False),
                    ("tax_ids", "=", False),
                    ("prepaid_vat_policy", "!=", "on_invoice"),
                    ("id", "not in", self._prepaid_vat_accrued_sql()),
                ],
                order="date, id",
                limit=limit,
            )
        return lines

    @api.model
    def _prepaid_vat_accrued_sql(self):
        """Return the sub-query of advances whose VAT is accrued by an entry."""
        self.env["account.move.line"].flush_model(
            ["balance", "parent_state", "prepaid_vat_line_id", "prepaid_vat_use_id"]
        )
        return SQL(
            """
            (SELECT item.prepaid_vat_line_id
               FROM account_move_line item
               JOIN account_move entry ON entry.id = item.move_id
              WHERE item.prepaid_vat_line_id IS NOT NULL
                AND item.prepaid_vat_use_id IS NULL
                AND item.parent_state = 'posted'
                AND entry.prepaid_kind = 'vat'
           GROUP BY item.prepaid_vat_line_id
             HAVING SUM(item.balance) != 0)
            """
        )
