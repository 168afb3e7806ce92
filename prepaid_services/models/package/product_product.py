from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    prepaid_template_ids = fields.One2many(
        "prepaid.subscription.template", "product_id", "Package Template"
    )
