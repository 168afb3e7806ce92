from datetime import timedelta

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_duration = fields.Float(
        "Duration",
        default=1.0,
        help="How long a visit for this service takes, in hours.",
    )

    _service_duration_positive = models.Constraint(
        "CHECK (service_duration BETWEEN 0 AND 1000)",
        "The duration of a service is a number of hours, zero or more.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _prepaid_duration(self):
        """Return how long a visit for this service takes, an hour when nobody said.

        :rtype: timedelta
        """
        return timedelta(hours=self.service_duration or 1.0)
