from urllib.parse import urlencode

from odoo import fields, models

#: The longest wish that is kept
REQUEST_LENGTH = 200


class ResPartner(models.Model):
    """The link in a message with which a client asks for a visit, without a login."""

    _inherit = "res.partner"

    def _prepaid_request_url(self, company=None):
        """Return the address of the page with the one button *Ask for a Visit*.

        :param res.company company: where the client wants to come; the current one by default
        """
        self.ensure_one()
        company = company or self.env.company
        query = urlencode({"company": company.id, "access_token": self._prepaid_request_token()})
        return f"{self.get_base_url()}/my/visit-request/{self._origin.id}?{query}"

    def _prepaid_request_token(self):
        """Return the token of this client; it opens this page only, and is renewed with the link.

        :rtype: str
        :raise AccessError: the caller may not see the client, or give nobody a link
        """
        self._prepaid_check_may_link()
        return self._prepaid_link_tokens("prepaid_services.visit_request")[0]

    def _prepaid_request_client(self, client_id, token):
        """Return the client whose page a token opens, as superuser; empty when it opens none."""
        client = self.env["prepaid.client.alias"]._client(client_id)
        fits = client._prepaid_link_fits(token, "prepaid_services.visit_request")
        return client if fits and client.active else client.browse()

    def _prepaid_request_visit(self, company, wish=""):
        """Put the client's wish for a visit on top of the start desk's list. Asked twice, once.

        :param res.company company: where the client wants to come
        :param str wish: in the client's words, e.g. a day that suits
        :return: the task
        """
        self.ensure_one()
        Task = self.env["prepaid.start.task"].sudo().with_company(company)
        self.env["prepaid.ledger"]._touch(self)
        task = Task.search(
            [
                ("partner_id", "=", self.id),
                ("company_id", "=", company.id),
                ("state", "in", ("todo", "contacted", "snoozed")),
            ],
            limit=1,
        ) or Task.create(
            {
                "company_id": company.id,
                "partner_id": self.id,
                "date_found": company._prepaid_today(),
                "reason": "request",
            }
        )
        first = not task.requested_on
        task.write(
            {
                "state": "todo",
                "requested_on": fields.Datetime.now(),
                "request": (wish or "").strip()[:REQUEST_LENGTH] or task.request,
            }
        )
        if first:
            task._tell_desk()
        return task
