from odoo import fields, models

#: What can be booked: a package is sold, and then its services are booked
BOOKABLE = [("type", "=", "service"), ("sale_ok", "=", True), ("prepaid_template_ids", "=", False)]


class ProductProduct(models.Model):
    _inherit = "product.product"

    prepaid_template_ids = fields.One2many(
        "prepaid.subscription.template", "product_id", "Package Template"
    )
