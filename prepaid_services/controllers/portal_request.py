from odoo import http
from odoo.http import request

from .portal import PrepaidPortal


class PrepaidPortalRequest(PrepaidPortal):
    """One button on a phone: the client asks for a visit, without a login."""

    @http.route("/my/visit-request/<int:client_id>", type="http", auth="public", website=True)
    def portal_visit_request(self, client_id, access_token=None, company=None, **kwargs):
        """Show what is left and the button. Opening the link changes nothing."""
        client = self._prepaid_request_client(client_id, access_token)
        if not client:
            return self._prepaid_refuse()
        company = self._prepaid_company(client._prepaid_portal_companies(), company)
        return self._prepaid_request_page(client, company, access_token)

    @http.route(
        "/my/visit-request/<int:client_id>/ask",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_visit_request_ask(
        self, client_id, access_token=None, company=None, wish="", **kwargs
    ):
        """Note the wish for the desk, and thank the client."""
        client = self._prepaid_request_client(client_id, access_token)
        if not client:
            return self._prepaid_refuse()
        self._prepaid_check_limit("ask", client)
        company = self._prepaid_company(client._prepaid_portal_companies(), company)
        client.with_company(company)._prepaid_request_visit(company, wish)
        return self._prepaid_request_page(client, company, access_token, asked=True)

    def _prepaid_request_client(self, client_id, access_token):
        """Return the client a link opens, in the client's language; empty when it opens none."""
        client = request.env["res.partner"]._prepaid_request_client(client_id, access_token)
        return self._prepaid_in_language(client)

    def _prepaid_request_page(self, client, company, access_token, asked=False):
        """Render the page before and after asking."""
        client = client.with_company(company)
        return self._prepaid_response(
            "prepaid_services.portal_visit_request",
            {
                "page_name": "prepaid_request",
                "client": client,
                "company": company,
                "packages": client.env["prepaid.subscription"]._portal_packages(client),
                "access_token": access_token,
                "asked": asked,
            },
        )
