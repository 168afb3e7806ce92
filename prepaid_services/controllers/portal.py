from werkzeug.exceptions import TooManyRequests

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

#: What is offered above the history; the first one is the default
SORTINGS = {"newest": "date desc, id desc", "oldest": "date, id"}
#: Coming visits shown on the page; the statement has all of them
MAX_VISITS = 10
#: The address may hold the key to the page: keep it from other sites, caches and search engines
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class PrepaidPortal(CustomerPortal):
    """The client's balance, history, coming visits and statement.

    Clients have no access rights on these records: whatever is shown is read as superuser for the
    one client that the login or the token stands for (``res.partner`` says what that one may see).
    """

    def _prepare_home_portal_values(self, counters):
        """Override: the card *Balance* appears when there is something to see."""
        values = super()._prepare_home_portal_values(counters)
        if "prepaid_balance_count" in counters:
            client = request.env.user.partner_id.sudo()
            movements = client.env["prepaid.client.movement"].search_count(
                [("partner_id", "=", client.commercial_partner_id.id), ("amount", "!=", 0)]
            )
            Package = client.env["prepaid.subscription"]
            packages = Package.search_count(Package._portal_domain(client))
            visits = len(client._prepaid_coming_visits())
            values["prepaid_balance_count"] = movements + visits + packages
        return values

    # ----------------------------------------------------------------------------------
    # Routes
    # ----------------------------------------------------------------------------------

    @http.route(
        ["/my/balance", "/my/balance/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_balance(self, page=1, **kwargs):
        """Show the page of the client who is logged in."""
        client = request.env.user.partner_id.sudo()
        return self._prepaid_page(client, "/my/balance", page, **kwargs)

    @http.route("/my/balance/statement", type="http", auth="user", website=True)
    def portal_my_statement(self, **kwargs):
        """Send the PDF statement of the client who is logged in."""
        return self._prepaid_statement_pdf(request.env.user.partner_id.sudo(), **kwargs)

    @http.route(
        ["/my/balance/<int:client_id>", "/my/balance/<int:client_id>/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
    )
    def portal_client_balance(self, client_id, access_token=None, page=1, **kwargs):
        """Show the page of the client whose link was opened; no login needed."""
        client = self._prepaid_client(client_id, access_token)
        if not client:
            return self._prepaid_refuse()
        url = f"/my/balance/{client.id}"
        return self._prepaid_page(client, url, page, access_token=access_token, **kwargs)

    @http.route(
        "/my/balance/<int:client_id>/statement", type="http", auth="public", website=True
    )
    def portal_client_statement(self, client_id, access_token=None, **kwargs):
        """Send the PDF statement of the client whose link was opened."""
        client = self._prepaid_client(client_id, access_token)
        return self._prepaid_statement_pdf(client, **kwargs) if client else self._prepaid_refuse()

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _prepaid_client(self, client_id, access_token):
        """Return the client a link opens, in the client's language; empty when it opens none."""
        client = request.env["res.partner"]._prepaid_portal_client(client_id, access_token)
        return self._prepaid_in_language(client)

    def _prepaid_in_language(self, client):
        """Return a client who opened a link as superuser, and show the page in their language."""
        lang = client and request.env["res.lang"]._get_data(code=client.lang).code
        if lang and request.env.user._is_public() and "frontend_lang" not in request.cookies:
            request.update_context(lang=lang)
            request.future_response.set_cookie("frontend_lang", lang)
        return client.with_env(request.env(su=True))

    def _prepaid_refuse(self):
        """Answer a wrong link; the same whether the client exists or not."""
        return self._prepaid_response(
            "prepaid_services.portal_balance_refused", {"page_name": "prepaid_balance"}, status=404
        )

    def _prepaid_response(self, template, values, status=200):
        response = request.render(template, values, status=status)
        response.headers.update(PRIVATE_HEADERS)
        return response

    def _prepaid_company(self, companies, company_id):
        """Return the chosen one of a client's companies, or the most natural one."""
        if str(company_id or "").isdecimal():
            chosen = companies.filtered(lambda company: company.id == int(company_id))
            if chosen:
                return chosen
        return companies & request.env.company.root_id or companies[0]

    def _prepaid_page(self, client, url, page, sortby=None, company=None, access_token=None, **_kw):
        """Render one page of the history, with balance and coming visits."""
        companies = client._prepaid_portal_companies()
        company = self._prepaid_company(companies, company)
        client = client.with_company(company)
        sortby = sortby if sortby in SORTINGS else next(iter(SORTINGS))
        args = {"sortby": sortby, "company": company.id if len(companies) > 1 else None}
        args = {k: v for k, v in {**args, "access_token": access_token}.items() if v}
        Movement = client.env["prepaid.client.movement"]
        domain = [*Movement._history_domain(client), ("amount", "!=", 0)]
        total = Movement.search_count(domain)
        pager = portal_pager(
            url=url, url_args=args, total=total, page=page, step=self._items_per_page
        )
        visits = client._prepaid_coming_visits()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "prepaid_balance",
            "client": client,
            "payer": client.commercial_partner_id,
            "company": company,
            "companies": companies,
            "currency": company.currency_id,
            "tz": company._prepaid_tz(),
            "packages": client.env["prepaid.subscription"]._portal_packages(client),
            "packages_url": self._prepaid_packages_url(client, access_token),
            "visits": visits[:MAX_VISITS],
            "more_visits": max(len(visits) - MAX_VISITS, 0),
            "movements": Movement.search(
                domain,
                order=SORTINGS[sortby],
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
            "pager": pager,
            "sortby": sortby,
            "balance_url": url,
            "url_args": args,
        }
        return self._prepaid_response("prepaid_services.portal_my_balance", values)

    def _prepaid_statement_pdf(self, client, company=None, download=None, **_kwargs):
        """Send the statement of a client in one company as PDF."""
        company = self._prepaid_company(client._prepaid_portal_companies(), company)
        report = request.env["ir.actions.report"].sudo().with_company(company)
        name = request.env._("Statement %(client)s.pdf", client=client.name)
        return self._prepaid_pdf(
            report, "prepaid_services.report_statement", client, name, download
        )

    def _prepaid_pdf(self, report, report_name, record, name, download=None):
        """Send a printed document, to be read in the browser or downloaded."""
        self._prepaid_check_limit("pdf", record)
        if not request.env["prepaid.limit"].sudo()._may_print():
            raise TooManyRequests(request.env._("Please try again in a minute."))
        pdf, _type = report._render_qweb_pdf(report_name, record.ids)
        disposition = content_disposition(name, "attachment" if download else "inline")
        headers = {
            **PRIVATE_HEADERS,
            "Content-Type": "application/pdf",
            "Content-Length": len(pdf),
            "Content-Disposition": disposition,
        }
        return request.make_response(pdf, headers=list(headers.items()))

    def _prepaid_check_limit(self, kind, record):
        """Refuse what was asked too often with one link, or from one address.

        :param str kind: what is asked for: see ``prepaid.limit``
        :param record: what the link opens
        :raise TooManyRequests: it was
        """
        limit, address = request.env["prepaid.limit"].sudo(), request.httprequest.remote_addr
        if not limit._allows(kind, f"{record._name},{record.id}", address):
            raise TooManyRequests(request.env._("Please try again in a minute."))

    def _prepaid_packages_url(self, client, access_token=None):
        """Return where the client's packages are, with a login or with the client's link."""
        return f"/my/balance/{client.id}/packages" if access_token else "/my/packages"
