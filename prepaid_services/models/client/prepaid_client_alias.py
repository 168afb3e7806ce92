from odoo import api, fields, models


class PrepaidClientAlias(models.Model):
    """A client who was merged into another: the links sent before go on working."""

    _name = "prepaid.client.alias"
    _description = "Client Merged into Another"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    old_id = fields.Integer(required=True, readonly=True, index=True)
    link_version = fields.Integer(readonly=True, help="Version with which the links were signed.")

    @api.model
    def _note(self, sources, target):
        """Note that clients are about to become one.

        :param res.partner sources: who will not be there any more
        :param res.partner target: who has their links from then on
        """
        self.sudo().create(
            [
                {
                    "partner_id": target.id,
                    "old_id": source.id,
                    "link_version": source.prepaid_link_version,
                }
                for source in sources.sudo()
            ]
        )

    @api.model
    def _client(self, client_id):
        """Return the client whom a link is about, as superuser: the one of old if merged.

        :param int client_id: from the URL
        :rtype: res.partner
        """
        Partner = self.env["res.partner"].sudo()
        if not 0 < client_id < 2**31:
            return Partner.browse()
        client = Partner.browse(client_id).exists()
        return client or self.sudo().search([("old_id", "=", client_id)], limit=1).partner_id

    @api.model
    def _signers(self, client):
        """Return with which id and version valid links of a client were signed, the own first.

        :rtype: list[tuple[int, int]]
        """
        client = client.sudo()
        former = self.sudo().search([("partner_id", "=", client._origin.id)])
        return [
            (client._origin.id, client.prepaid_link_version),
            *((alias.old_id, alias.link_version) for alias in former),
        ]
