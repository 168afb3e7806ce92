from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from ...door import public

#: Who may hand a client the link to the client's own page
LINK_GROUPS = "prepaid_services.group_front_desk,account.group_account_invoice"


class ResPartner(models.Model):
    """The client's own page: who sees what there, and the link that opens it without login."""

    _inherit = "res.partner"

    prepaid_portal_url = fields.Char(
        "Balance Link",
        compute="_compute_prepaid_portal_url",
        groups=LINK_GROUPS,
        help="Opens the client's balance, history and coming visits without a login. "
        "Whoever has the link sees them: give it to the client only.",
    )
    prepaid_link_version = fields.Integer(
        copy=False, readonly=True, groups="base.group_system", help="Older links are invalid."
    )

    # ----------------------------------------------------------------------------------
    # The link
    # ----------------------------------------------------------------------------------

    @api.depends_context("company")
    def _compute_prepaid_portal_url(self):
        """Sign the link of each client; nothing is stored, so reading it changes nothing."""
        several = self.env["res.company"].sudo().search_count([], limit=2) > 1
        for partner in self:
            if not partner._origin.id:
                partner.prepaid_portal_url = False
                continue
            query = {"access_token": partner._prepaid_portal_token()}
            if several:
                query["company"] = self.env.company.root_id.id
            path = f"/my/balance/{partner._origin.id}?{urlencode(query)}"
            partner.prepaid_portal_url = partner.get_base_url() + path

    def _prepaid_portal_token(self):
        """Return the token of this one client, signed with the secret of the database.

        :rtype: str
        :raise AccessError: the caller may not see the client, or give nobody a link
        """
        self._prepaid_check_may_link()
        return self._prepaid_link_tokens("prepaid_services.portal_balance")[0]

    def _prepaid_link_tokens(self, scope, *subject):
        """Return the tokens that open something of this client: the own one, then those that
        were signed for clients who were merged into this one.

        :param str scope: what the token is good for
        :param subject: what it opens besides the client
        :rtype: list[str]
        """
        self.ensure_one()
        signers = self.env["prepaid.client.alias"]._signers(self)
        return [hmac(self.sudo().env, scope, (*subject, *signer)) for signer in signers]

    def _prepaid_link_fits(self, token, scope, *subject):
        """Return whether a token opens it. The comparison takes the same time whatever it is.

        :param str token: from the URL
        :param str scope: see :meth:`_prepaid_link_tokens`
        """
        given = str(token or "").encode()
        tokens = self._prepaid_link_tokens(scope, *subject) if self else [""]
        return bool(self) and any([consteq(each.encode(), given) for each in tokens])

    def _prepaid_check_may_link(self):
        """Refuse to sign a link to what the caller may not see. Controllers are superusers.

        :raise AccessError: the caller may not see the client, or give nobody a link
        """
        self.ensure_one()
        self._origin.check_access("read")
        self._check_field_access(self._fields["prepaid_portal_url"], "read")

    def _prepaid_portal_client(self, client_id, token):
        """Return the client whose page a token opens, as superuser; empty when it opens none.

        An archived client has no page. The comparison takes the same time whatever the token.

        :param int client_id: from the URL
        :param str token: from the URL
        """
        client = self.env["prepaid.client.alias"]._client(client_id)
        fits = client._prepaid_link_fits(token, "prepaid_services.portal_balance")
        return client if fits and client.active else client.browse()

    @public
    def action_prepaid_send_link(self):
        """Queue the e-mail with the balance and the link, in each client's own language.

        The link itself is not kept in the chatter: everybody who sees the contact reads that.

        :return: notification that says to whom
        :rtype: dict
        :raise UserError: a client has no e-mail address or is archived
        """
        self.check_access("write")
        self._prepaid_check_addresses()
        template = self.env.ref("prepaid_services.mail_template_balance_link")
        self.env["prepaid.message.queue"]._queue_mails(template, self)
        for client in self:
            client._message_log(
                body=self.env._("Balance link sent to %(email)s.", email=client.email)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The balance link is on its way to %(emails)s.",
                    emails=", ".join(self.mapped("email")),
                ),
            },
        }

    def _prepaid_check_addresses(self):
        """Refuse to write to clients who cannot get it.

        :raise UserError: a client has no e-mail address or is archived
        """
        for client in self:
            if not client.email or not client.active:
                raise UserError(
                    self.env._(
                        "%(client)s has no e-mail address or is archived. Fill in the e-mail of "
                        "the client, or copy the balance link and send it yourself.",
                        client=client.name,
                    )
                )

    @public
    def action_prepaid_renew_link(self):
        """Make the links given so far invalid, e.g. after one reached the wrong person.

        :return: True
        """
        self.check_access("write")
        former = self.env["prepaid.client.alias"].sudo()
        former.search([("partner_id", "in", self.ids)]).unlink()
        for client in self.sudo():
            client.prepaid_link_version += 1
            client._message_log(body=self.env._("Balance link renewed; older links are invalid."))
        return True

    # ----------------------------------------------------------------------------------
    # What the client sees
    # ----------------------------------------------------------------------------------

    def _prepaid_portal_companies(self):
        """Return the legal entities where the payer has money or visits, or the client packages.

        :rtype: res.company
        """
        self.ensure_one()
        payer = self.sudo().commercial_partner_id
        companies = self.env["res.company"].sudo()
        sources = (
            ("prepaid.client.movement", [("partner_id", "=", payer.id)]),
            ("prepaid.booking", [("payer_id", "=", payer.id)]),
            ("prepaid.subscription", payer.env["prepaid.subscription"]._portal_domain(self)),
        )
        for model, domain in sources:
            [[found]] = payer.env[model]._read_group(domain, [], ["company_id:recordset"])
            companies |= found
        return (companies or self.sudo().company_id or self.env.company.sudo()).root_id.sorted()

    def _prepaid_coming_visits(self):
        """Return the coming visits a client may see, soonest first.

        A payer sees the visits of the whole family; a member only the member's own.
        """
        self.ensure_one()
        payer = self.commercial_partner_id
        domain = [
            ("payer_id", "=", payer.id),
            *self.env["prepaid.booking"]._portal_coming_domain(),
            ("company_id", "in", self.env.company._prepaid_family().ids),
        ]
        if self != payer:
            domain.append(("partner_id", "=", self.id))
        return self.env["prepaid.booking"].search(domain, order="start, id")

    def _prepaid_statement(self, date_from=False, date_to=False):
        """Return what a client's statement says, for the whole legal entity.

        :param date date_from: first day; the beginning by default
        :param date date_to: last day; until now by default
        :return: company, client, payer, dates, opening, movements, closing, how to pay what is
            owed, reserved, visits
        :rtype: dict
        :raise AccessError: the caller may not see clients' money
        """
        self.ensure_one()
        self.env["prepaid.client.movement"].check_access("read")
        self.check_access("read")
        # as superuser: a branch's front desk prints the balance of the whole entity
        client = self.sudo()
        Movement = client.env["prepaid.client.movement"]
        domain = [*Movement._history_domain(client), ("amount", "!=", 0)]
        until = [*domain, ("date", "<=", date_to)] if date_to else domain
        movements = Movement.search(
            [*until, ("date", ">=", date_from)] if date_from else until, order="date, id"
        )
        opening = 0.0
        if date_from:
            before = [*domain, ("date", "<", date_from)]
            [[opening]] = Movement._read_group(before, [], ["amount:sum"])
        currency = client.env.company.currency_id
        closing = currency.round((opening or 0.0) + sum(movements.mapped("amount")))
        return {
            "company": client.env.company,
            "currency": currency,
            "client": client,
            "payer": client.commercial_partner_id,
            "date_from": date_from,
            "date_to": date_to or client.env.company._prepaid_today(),
            "opening": currency.round(opening or 0.0),
            "movements": movements,
            "closing": closing,
            "pay": client.env.company._prepaid_how_to_pay(
                client.commercial_partner_id, -closing, currency
            ),
            "reserved": client.prepaid_reserved,
            "visits": client._prepaid_coming_visits(),
            "tz": client.env.company._prepaid_tz(),
        }
