from odoo import fields, models

from ...tools.groups import PRODUCT

#: What can be booked: a package is sold, and then its services are booked
BOOKABLE = [("type", "=", "service"), ("sale_ok", "=", True), ("prepaid_template_ids", "=", False)]


class ProductProduct(models.Model):
    _inherit = "product.product"

    prepaid_template_ids = fields.One2many(
        "prepaid.subscription.template",
        "product_id",
        "Package Template",
        groups=PRODUCT,
    )

    def _prepaid_is_bookable(self, company):
        """Return whether clients can come for this product.

        :param res.company company: where; what it charges as a fee is no service there. Hook
        """
        self.ensure_one()
        product = self.with_context(active_test=False)
        fits = product.type == "service" and product.sale_ok and not product.prepaid_template_ids
        return fits and product not in company._prepaid_fee_products()
