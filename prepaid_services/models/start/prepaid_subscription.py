from odoo import models


class PrepaidSubscription(models.Model):
    _inherit = "prepaid.subscription"

    def _first_service(self):
        """Return the service to propose for the next visit: the last one, else one it covers."""
        last = self.env["prepaid.booking"].search(
            [("subscription_id", "in", self.ids)], order="start desc", limit=1
        )
        if last:
            return last.service_id
        if self.service_ids or not self.category_ids:
            return self.service_ids[:1]
        return self.env["product.product"].search(
            [
                ("categ_id", "child_of", self.category_ids.ids),
                ("type", "=", "service"),
                ("sale_ok", "=", True),
            ],
            limit=1,
        )
