from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A seat that was there twice is nothing to write to the client about."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_drop_seats(self, seats):
        """Extend: the client, who still has a seat, is told of no cancellation."""
        res = super()._prepaid_drop_seats(seats)
        messages = self.env["prepaid.booking.message"]
        messages.search([("booking_id", "in", seats.ids), ("state", "=", "waiting")]).unlink()
        return res
