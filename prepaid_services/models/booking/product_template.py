from datetime import timedelta

from odoo import fields, models

from ...tools.groups import PRODUCT


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_duration = fields.Float(
        "Duration",
        default=1.0,
        help="How long a visit for this service takes, in hours.",
        groups=PRODUCT,
    )

    _service_duration_positive = models.Constraint(
        "CHECK (service_duration BETWEEN 0 AND 1000)",
        "The duration of a service is a number of hours, zero or more.",
    )


    def write(self, vals):
        """Extend: the titles of coming visits say the service's name."""
        res = super().write(vals)
        if "name" in vals:
            services = self.with_context(active_test=False).product_variant_ids
            self.env["prepaid.booking"]._retitle_coming([("service_id", "in", services.ids)])
        return res


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _prepaid_duration(self):
        """Return how long a visit for this service takes, an hour when nobody said.

        :rtype: timedelta
        """
        return timedelta(hours=self.service_duration or 1.0)
