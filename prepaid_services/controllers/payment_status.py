from odoo import http
from odoo.http import request

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class PrepaidPaymentStatus(PaymentPostProcessing):
    """The way back from the provider's page."""

    @http.route()
    def display_status(self, reference=None, signature=None, **kwargs):
        """Override of `payment`: a client who comes back in another browser sees the visit.

        The browsers inside messengers open links on, and the way back, in another browser without
        the session. A provider's add-on that knows may lead to
        ``/payment/status?reference=R&signature=S`` with the token that
        ``payment_utils.generate_access_token(R)`` makes; the reference alone opens nothing, since
        the landing page is opened by a token of its own.
        """
        if not self._get_monitored_transaction():
            transaction = self._prepaid_signed_transaction(reference, signature)
            if transaction:
                transaction._prepaid_ask_provider()
                return request.redirect(transaction.landing_route)
        return super().display_status(**kwargs)

    def _prepaid_signed_transaction(self, reference, signature):
        """Return the client's transaction that a signature stands for; else an empty one."""
        Transaction = request.env["payment.transaction"].sudo()
        if not reference or not str(signature or "").isascii():
            return Transaction
        if not payment_utils.check_access_token(str(signature), str(reference)):
            return Transaction
        domain = [("reference", "=", reference), ("prepaid_purpose", "!=", False)]
        return Transaction.search(domain, limit=1)
