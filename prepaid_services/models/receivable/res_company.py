from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.groups import STAFF_SETTING

#: Where an allowance may stand: contra asset, or in some charts among the receivables or debts
ALLOWANCE_TYPES = (
    "asset_receivable",
    "asset_current",
    "asset_non_current",
    "liability_current",
)


class ResCompany(models.Model):
    """Where debts end that nobody will pay, and how often clients get statements."""

    _inherit = "res.company"

    prepaid_bad_debt_account_id = fields.Many2one(
        "account.account",
        string="Bad Debts Account",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_other", "expense_direct_cost"))],
        help="The expense of debts that are written off or expected to be lost; what is "
        "recovered later comes back to it.",
        groups=STAFF_SETTING,
    )
    prepaid_allowance_account_id = fields.Many2one(
        "account.account",
        string="Allowance for Doubtful Debts Account",
        check_company=True,
        domain=[("account_type", "in", ALLOWANCE_TYPES)],
        help="What is expected to be lost of the open debts. Never counted among them.",
        groups=STAFF_SETTING,
    )
    prepaid_write_off_method = fields.Selection(
        [
            ("expense", "Bad debts (expense)"),
            ("allowance", "Allowance for doubtful debts"),
            ("credit_note", "Credit note, tax is given back"),
        ],
        string="Write Debts off to",
        default="expense",
        help="What is proposed when a debt is written off; it can be changed each time.",
        groups=STAFF_SETTING,
    )
    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_statement_interval = fields.Selection(
        [("never", "Never"), ("weekly", "Every week"), ("monthly", "Every month")],
        string="Statements by E-mail",
        default="never",
        help="Clients with a movement in the period, or a debt at its end, get their statement.",
        groups=STAFF_SETTING,
    )
    prepaid_statement_since = fields.Date(
        compute="_compute_prepaid_statement_since",
        store=True,
        help="Periods that ended before are not sent: switching it on sends nothing old.",
        groups=STAFF_SETTING,
    )

    @api.depends("prepaid_statement_interval")
    def _compute_prepaid_statement_since(self):
        for company in self:
            company.prepaid_statement_since = company._prepaid_today()

    @api.constrains("prepaid_allowance_account_id")
    def _check_prepaid_allowance_account_id(self):
        """An account on which clients' invoices stand cannot hold the allowance as well."""
        for company in self:
            account = company.prepaid_allowance_account_id
            if (
                account
                and account
                == company.partner_id.with_company(company).property_account_receivable_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(account)s holds the invoices themselves. Choose another account for "
                        "the allowance for doubtful debts.",
                        account=account.display_name,
                    )
                )
