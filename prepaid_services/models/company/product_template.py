from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _get_product_accounts(self):
        """Override of `account`: services earn on their own account where the chart has one.

        Charts of trading companies take the sale of goods for all that has no account of its own.
        """
        accounts = super()._get_product_accounts()
        if self.type == "service" and not (
            self.property_account_income_id or self.categ_id.property_account_income_categ_id
        ):
            company = self.company_id or self.env.company
            services = company.sudo().parent_ids[::-1].prepaid_services_account_id[:1]
            accounts["income"] = services or accounts["income"]
        return accounts
