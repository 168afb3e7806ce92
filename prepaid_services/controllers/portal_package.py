from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal import PrepaidPortal

RECEIPT = "prepaid_services.report_package_receipt"


class PrepaidPackagePortal(PrepaidPortal):
    """A package on the client's own page: visits, receipt, and the wish to give it back.

    Each page has two addresses: one for the client who is logged in, one for the client's link.
    """

    # ----------------------------------------------------------------------------------
    # Routes
    # ----------------------------------------------------------------------------------

    @http.route("/my/packages", type="http", auth="user", website=True)
    def portal_my_packages(self, **_kwargs):
        """Packages are listed on the page with the balance."""
        return request.redirect("/my/balance#packages")

    @http.route("/my/packages/<int:package_id>", type="http", auth="user", website=True)
    def portal_my_package(self, package_id, **_kwargs):
        """Show a package to the client who is logged in."""
        return self._prepaid_package_page(self._prepaid_login_client(), package_id)

    @http.route("/my/packages/<int:package_id>/receipt", type="http", auth="user", website=True)
    def portal_my_package_receipt(self, package_id, download=None, **_kwargs):
        """Send the receipt of a package to its payer, who is logged in."""
        return self._prepaid_package_receipt(self._prepaid_login_client(), package_id, download)

    @http.route(
        "/my/packages/<int:package_id>/refund",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_package_refund(self, package_id, reason="", **_kwargs):
        """Ask for a refund as the payer who is logged in."""
        return self._prepaid_package_refund(self._prepaid_login_client(), package_id, reason)

    @http.route(
        "/my/balance/<int:client_id>/packages/<int:package_id>",
        type="http",
        auth="public",
        website=True,
    )
    def portal_client_package(self, client_id, package_id, access_token=None, **_kwargs):
        """Show a package to the client whose link was opened; no login needed."""
        client = self._prepaid_client(client_id, access_token)
        return self._prepaid_package_page(client, package_id, access_token)

    @http.route(
        "/my/balance/<int:client_id>/packages/<int:package_id>/receipt",
        type="http",
        auth="public",
        website=True,
    )
    def portal_client_package_receipt(
        self, client_id, package_id, access_token=None, download=None, **_kwargs
    ):
        """Send the receipt of a package to the payer whose link was opened."""
        client = self._prepaid_client(client_id, access_token)
        return self._prepaid_package_receipt(client, package_id, download)

    @http.route(
        "/my/balance/<int:client_id>/packages/<int:package_id>/refund",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_client_package_refund(
        self, client_id, package_id, access_token=None, reason="", **_kwargs
    ):
        """Ask for a refund as the payer whose link was opened."""
        client = self._prepaid_client(client_id, access_token)
        return self._prepaid_package_refund(client, package_id, reason, access_token)

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _prepaid_login_client(self):
        return request.env.user.partner_id.sudo()

    def _prepaid_package(self, client, package_id, payer_only=False):
        """Return a package the client may see (or pays); empty otherwise, or without client."""
        package = client.env["prepaid.subscription"]
        if client:
            package = package._portal_package(client, package_id)
        hidden = package and payer_only and not package._portal_is_payer(client)
        return package.browse() if hidden else package

    def _prepaid_package_page(self, client, package_id, access_token=None):
        """Render one package."""
        package = self._prepaid_package(client, package_id)
        if not package:
            return self._prepaid_refuse()
        is_payer = package._portal_is_payer(client)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "prepaid_package",
            "client": client,
            "package": package,
            "is_payer": is_payer,
            "uses": package._portal_uses(client),
            "refund_text": package._portal_refund_text(client),
            "balance_url": f"/my/balance/{client.id}" if access_token else "/my/balance",
            "package_url": f"{self._prepaid_packages_url(client, access_token)}/{package.id}",
            "url_args": {"access_token": access_token} if access_token else {},
        }
        return self._prepaid_response("prepaid_services.portal_my_package", values)

    def _prepaid_package_receipt(self, client, package_id, download=None):
        """Send the receipt as PDF."""
        package = self._prepaid_package(client, package_id, payer_only=True)
        if not package:
            return self._prepaid_refuse()
        report = request.env["ir.actions.report"].sudo().with_company(package.company_id)
        name = request.env._("Package %(package)s.pdf", package=package.template_id.name)
        return self._prepaid_pdf(report, RECEIPT, package, name, download)

    def _prepaid_package_refund(self, client, package_id, reason, access_token=None):
        """Keep the request and show the package again, which says what became of it."""
        package = self._prepaid_package(client, package_id, payer_only=True)
        if not package:
            return self._prepaid_refuse()
        self._prepaid_check_limit("ask", package)
        try:
            package.request_refund(reason)
        except UserError:  # used up since the page was opened: the page has no button any more
            package.invalidate_recordset()
        url = f"{self._prepaid_packages_url(client, access_token)}/{package.id}"
        query = f"?access_token={access_token}" if access_token else ""
        return request.redirect(f"{url}{query}#refund", code=303)
