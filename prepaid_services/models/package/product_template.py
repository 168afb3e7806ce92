from odoo import models

from ...door import told


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _get_product_accounts(self):
        """Override of `account`: what is sold as a package is a liability first.

        Every channel asks here: invoices, down payments, accrued orders, the point of sale. The
        real income account is given with ``prepaid_real_income`` in the context.
        """
        accounts = super()._get_product_accounts()
        if not told(self.env, "prepaid_real_income") and self._prepaid_is_deferred():
            accounts["income"] = self._prepaid_deferred_account()
        return accounts

    def _prepaid_is_deferred(self):
        """Return whether this is a package whose price is earned later."""
        company = self.company_id or self.env.company
        variants = self.sudo().with_context(active_test=False).product_variant_ids
        return bool(variants.prepaid_template_ids) and company._prepaid_defers()

    def _prepaid_deferred_account(self):
        """Return where the price waits: the account of the category, else the company's."""
        company = self.company_id or self.env.company
        category = self.sudo().with_company(company).categ_id
        return category.prepaid_deferred_account_id or company._prepaid_get(
            "prepaid_deferred_account_id"
        )
