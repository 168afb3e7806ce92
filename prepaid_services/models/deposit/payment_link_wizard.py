from odoo import models


class PaymentLinkWizard(models.TransientModel):
    """The link of a booking opens the booking's own page.

    The front desk opens the dialog for its bookings; by a remote call it may fill in anything.
    """

    _name = "payment.link.wizard"
    _inherit = ["payment.link.wizard", "prepaid.dialog"]

    def _prepare_url(self, base_url, related_document):
        """Override of `payment`: no link to a document that the caller may not see."""
        related_document.check_access("read")
        if related_document._name != "prepaid.booking":
            return super()._prepare_url(base_url, related_document)
        return base_url + related_document._portal_path(token=True)

    def _prepare_query_params(self, related_document):
        """Override of `payment`: the page knows what is to be paid."""
        if related_document._name != "prepaid.booking":
            return super()._prepare_query_params(related_document)
        return {}
