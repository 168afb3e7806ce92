from odoo import models


class PaymentLinkWizard(models.TransientModel):
    """The link of a booking opens the booking's own page."""

    _inherit = "payment.link.wizard"

    def _prepare_url(self, base_url, related_document):
        """Override of `payment`."""
        if related_document._name != "prepaid.booking":
            return super()._prepare_url(base_url, related_document)
        return base_url + related_document._portal_path(token=True)

    def _prepare_query_params(self, related_document):
        """Override of `payment`: the page knows what is to be paid."""
        if related_document._name != "prepaid.booking":
            return super()._prepare_query_params(related_document)
        return {}
