from odoo import api, fields, models
from odoo.tools import SQL

from ..client.res_partner import MONEY_GROUPS
from .res_company import ALLOWANCE_TYPES


class ResCompany(models.Model):
    _inherit = "res.company"

    def _prepaid_booked_allowance(self, day):
        """Return the posted balance of the allowance for doubtful debts at the end of a day.

        On the account of the settings, and on those of earlier proposals.

        :param date day: local
        :return: in company currency, of the whole legal entity
        :rtype: float
        """
        self.ensure_one()
        family = self._prepaid_family()
        self.env["account.move.line"].flush_model(
            ["account_id", "balance", "company_id", "date", "parent_state"]
        )
        self.env["account.move"].flush_model(["prepaid_loss_as_of"])
        [[balance]] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(-SUM(balance), 0) FROM account_move_line
                 WHERE parent_state = 'posted' AND company_id IN %(family)s AND date <= %(day)s
                   AND (account_id IN %(accounts)s OR account_id IN (
                            SELECT line.account_id FROM account_move move
                              JOIN account_move_line line ON line.move_id = move.id
                              JOIN account_account account ON account.id = line.account_id
                             WHERE move.prepaid_loss_as_of IS NOT NULL
                               AND account.account_type IN %(types)s))
                """,
                family=tuple(family.ids),
                day=day,
                accounts=(*family.prepaid_allowance_account_id.ids, 0),
                types=ALLOWANCE_TYPES,
            )
        )
        return self.currency_id.round(balance)


class PrepaidWriteOff(models.Model):
    """A debt is lost to the allowance only as far as it was expected: more is said before."""

    _inherit = "prepaid.write.off"

    allowance_short = fields.Monetary(
        "Exceeds Allowance",
        compute="_compute_allowance_short",
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="The amount written off in excess of the expected losses. The allowance account has a "
        "debit balance until the next expected loss proposal books it as an expense.",
    )

    @api.depends("method", "state", "date", "company_id", "amount_asked", "amount_open")
    def _compute_allowance_short(self):
        """The part of an undecided write-off that the allowance does not cover."""
        self.allowance_short = 0.0
        for write_off in self.filtered(lambda w: w.method == "allowance" and w.state != "done"):
            lost = write_off.amount_asked or write_off.amount_open
            booked = write_off.company_id._prepaid_booked_allowance(write_off.date)
            write_off.allowance_short = max(lost - max(booked, 0.0), 0.0)

    def _book(self):
        """Extend: the record tells what the allowance did not cover."""
        short = self.allowance_short
        moves = super()._book()
        if short:
            self.message_post(
                body=self.env._(
                    "The write-off exceeds the allowance by %(amount)s. Create a new expected "
                    "loss proposal, or write such debts off to bad debts.",
                    amount=self.currency_id.format(short),
                )
            )
        return moves
