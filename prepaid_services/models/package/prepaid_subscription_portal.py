from odoo import api, models
from odoo.exceptions import UserError

from .prepaid_subscription import LIVE_STATES


class PrepaidSubscription(models.Model):
    """What clients see of packages on their own page; always called as superuser.

    The payer sees the packages of the whole family with all visits and the money. Owners and
    members see the packages they may use, with their own visits, and no money.
    """

    _inherit = "prepaid.subscription"

    @api.model
    def _portal_domain(self, client):
        """Return which packages a client may see, in all companies."""
        return [
            ("state", "!=", "cancelled"),
            "|",
            "|",
            ("payer_id", "=", client.id),
            ("partner_id", "=", client.id),
            ("member_ids", "in", client.ids),
        ]

    @api.model
    def _portal_packages(self, client):
        """Return what a client may see in the present legal entity, those still valid first."""
        family = self.env.company._prepaid_family()
        packages = self.search([*self._portal_domain(client), ("company_id", "in", family.ids)])
        return packages.sorted(lambda p: p.state not in LIVE_STATES)

    @api.model
    def _portal_package(self, client, package_id):
        """Return one package, in its own company; empty when the client may not see it.

        :param int package_id: from the URL
        """
        if not 0 < package_id < 2**31:
            return self.browse()
        package = self.search([*self._portal_domain(client), ("id", "=", package_id)])
        return package.with_company(package.company_id)

    def _portal_is_payer(self, client):
        """Return whether a client sees the money of this package and may ask for it back."""
        self.ensure_one()
        return client == self.payer_id

    def _portal_uses(self, client):
        """Return the visits a client may know of, newest first; nothing that was undone."""
        self.ensure_one()
        uses = self.use_ids.filtered(
            lambda u: u.kind not in ("time", "undo") and not u.reversal_ids
        )
        if not self._portal_is_payer(client):
            uses = uses.filtered(lambda u: u.partner_id == client)
        return uses.sorted(lambda u: (u.date, u.id), reverse=True)

    def _portal_refund_text(self, client):
        """Return what a refund would give back in plain words; empty: there is nothing to ask."""
        self.ensure_one()
        if not self._portal_is_payer(client) or self.refund_request == "requested":
            return ""
        try:
            preview = self.refund_preview()
        except UserError:  # the terms allow none, or nothing is left: no button
            return ""
        comes_back = self.sale_currency_id.compare_amounts(preview["refund"], 0) > 0
        return preview["text"] if comes_back else ""
