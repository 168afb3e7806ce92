from odoo import api, models


class PrepaidDemoSalon(models.AbstractModel):
    """The start desk of the demo salon knows whom to call on the first morning."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: find the clients who paid and do not come."""
        bookings = super()._generate(clients, days, seed)
        company = self.env.company
        self.env["prepaid.start.task"].sudo().with_company(company)._find(company)
        return bookings
