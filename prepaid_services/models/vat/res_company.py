from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.groups import STAFF_SETTING

#: How VAT on advances is handled
POLICIES = [
    ("on_invoice", "On the invoice"),
    ("advance_entry", "Entry at receipt"),
    ("advance_invoice", "Advance invoice"),
]
POLICY_FIELDS = ("prepaid_vat_balance", "prepaid_vat_deposit")


class ResCompany(models.Model):
    """VAT on advances: what the law of the company's country wants. No claim that it is right.

    Branches follow their root: one legal entity has one policy.
    """

    _inherit = "res.company"

    prepaid_vat_balance = fields.Selection(
        POLICIES,
        string="VAT on the Free Balance",
        default="on_invoice",
        help="Money paid in before anybody knows for what.",
        groups=STAFF_SETTING,
    )
    prepaid_vat_deposit = fields.Selection(
        POLICIES,
        string="VAT on Booking Deposits",
        default="on_invoice",
        help="Money for a certain service, at its place and time.",
        groups=STAFF_SETTING,
    )
    prepaid_vat_since = fields.Date(
        string="VAT on Advances since",
        help="Money received earlier stays as it was: its VAT is on the invoice.",
        groups=STAFF_SETTING,
    )
    prepaid_vat_tax_id = fields.Many2one(
        "account.tax",
        string="Tax of Advances",
        check_company=True,
        domain=[("type_tax_use", "=", "sale"), ("amount_type", "=", "percent")],
        help="Its rate is taken out of the money received: 20% of 120 are 20.",
        groups=STAFF_SETTING,
    )
    prepaid_vat_transit_account_id = fields.Many2one(
        "account.account",
        string="VAT on Advances Account",
        check_company=True,
        help="Holds the VAT of advances until they are used (UA 643, RU 76.AV).",
        groups=STAFF_SETTING,
    )
    prepaid_vat_account_id = fields.Many2one(
        "account.account",
        string="VAT Payable Account",
        check_company=True,
        help="Where the VAT of advances is owed; empty: the account of the tax.",
        groups=STAFF_SETTING,
    )

    @api.constrains("prepaid_vat_tax_id")
    def _check_prepaid_vat_tax_id(self):
        """The VAT is taken out of a sum received: only a percentage of the price can be."""
        for tax in self.prepaid_vat_tax_id:
            if (tax.type_tax_use, tax.amount_type) != ("sale", "percent") or tax.amount <= 0:
                raise ValidationError(
                    self.env._(
                        "The tax of advances %(tax)s must be a sales tax in percent of the price.",
                        tax=tax.display_name,
                    )
                )

    @api.constrains("prepaid_vat_transit_account_id")
    def _check_prepaid_vat_transit_account_id(self):
        """VAT that waits is neither money nor a client's debt nor the advance itself."""
        for company in self:
            account = company.prepaid_vat_transit_account_id
            refused = account.account_type in ("asset_receivable", "asset_cash")
            if account and (refused or account in company._prepaid_advance_accounts()):
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot hold the VAT on advances. Choose an account of its "
                        "own: a current asset or liability.",
                        account=account.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a company that begins with a policy gets what it needs."""
        companies = super().create(vals_list)
        companies._prepaid_vat_setup()
        return companies

    def write(self, vals):
        """Override: choosing a policy starts it today and fills what is missing."""
        res = super().write(vals)
        if any(name in vals for name in POLICY_FIELDS):
            self._prepaid_vat_setup()
        return res

    def _prepaid_vat_policies(self):
        """Return the policies in force at this company's legal entity, without the default one."""
        root = self.root_id.sudo()
        return {root[name] for name in POLICY_FIELDS} - {"on_invoice", False}

    def _prepaid_vat_setup(self):
        """Fill start, tax and transit account of companies that tax advances; safe to repeat."""
        for company in self.sudo().filtered(lambda c: not c.parent_id):
            policies = company._prepaid_vat_policies()
            if not policies:
                continue
            company.prepaid_vat_since = company.prepaid_vat_since or company._prepaid_today()
            default = company.account_sale_tax_id
            if not company.prepaid_vat_tax_id and default.amount_type == "percent":
                company.prepaid_vat_tax_id = default.amount > 0 and default
            if "advance_entry" in policies:
                company._prepaid_setup_accounts(["vat_transit"])

    def _prepaid_roles(self):
        """Override: the VAT of advances waits on an account where it is accrued by entry."""
        roles = super()._prepaid_roles()
        return roles + ["vat_transit"] * ("advance_entry" in self._prepaid_vat_policies())
