from odoo import fields, models

from ...tools.groups import STAFF_SETTING


class ResCompany(models.Model):
    _inherit = "res.company"

    prepaid_earn_policy = fields.Selection(
        [
            ("use", "One entry per session"),
            ("day", "One entry per day"),
            ("none", "No entries: count sessions only"),
        ],
        string="Package Revenue",
        default="use",
        help="How the price of packages becomes revenue. Without entries (simplified tax) a "
        "package is revenue when it is sold.",
        groups=STAFF_SETTING,
    )

    prepaid_package_fee_product_id = fields.Many2one(
        "product.product",
        string="Cancellation Fee of Packages",
        check_company=True,
        domain=[("type", "=", "service")],
        help="Its income account and tax are those of the fee. Without one, the fee is other "
        "income without tax.",
        groups=STAFF_SETTING,
    )

    def _prepaid_deferred_accounts(self):
        """Return every account on which packages of the legal entity wait to be earned."""
        family = self._prepaid_family()
        accounts = family.prepaid_deferred_account_id
        groups = (
            self.env["prepaid.subscription"]
            .sudo()
            ._read_group([("company_id", "in", family.ids)], ["deferred_account_id"])
        )
        return accounts.union(*(account for [account] in groups))

    def _prepaid_kept_accounts(self):
        """Override: what packages are worth lies on the accounts they were sold with."""
        return super()._prepaid_kept_accounts() | self._prepaid_deferred_accounts()

    def _prepaid_fee_products(self):
        """Return what the legal entity invoices as fees. Hook.

        :rtype: product.product
        """
        return self.sudo()._prepaid_family().prepaid_package_fee_product_id

    def _prepaid_defers(self):
        """Return whether the price of packages is deferred until sessions are given."""
        self.ensure_one()
        return self.sudo().root_id.prepaid_earn_policy != "none"
