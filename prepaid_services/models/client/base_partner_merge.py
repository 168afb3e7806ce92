from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging duplicates: what may be there once per client becomes one before Odoo merges.

    Odoo moves foreign keys by SQL; a unique index over the client would refuse that for ever.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: unite what cannot stay side by side."""
        wizard = self.sudo()
        sources, target = src_partners.sudo(), dst_partner.sudo()
        self.env["prepaid.ledger"]._touch(sources | target)
        self.env["prepaid.client.alias"]._note(sources, target)
        wizard._prepaid_unite_clients(sources, target)
        wizard._prepaid_unite_payers(sources, target)
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Override of `base`: it writes and reads the same fields by SQL."""
        res = super()._update_reference_fields(src_partners, dst_partner)
        self.env.invalidate_all()
        return res

    @api.model
    def _log_merge_operation(self, src_partners, dst_partner):
        """Override of `base`: a client with a parent does not pay; the parent has the debts."""
        res = super()._log_merge_operation(src_partners, dst_partner)
        client = dst_partner.sudo()
        payer = client.commercial_partner_id
        if payer != client:
            wizard = self.sudo()
            wizard._prepaid_unite_payers(client, payer)
            wizard._prepaid_move_payers(client, payer)
            client._prepaid_follow_payer()
        self.env["res.partner"]._prepaid_forget()
        return res

    # ----------------------------------------------------------------------------------
    # Hooks
    # ----------------------------------------------------------------------------------

    @api.model
    def _prepaid_unite_clients(self, sources, target):
        """Make the records of clients fit on one of them. Hook, as superuser.

        :param res.partner sources: who will not be there any more
        :param res.partner target: who stays
        """
        # equal on all of them, so that Odoo's choice between them changes no valid link
        sources.prepaid_link_version = target.prepaid_link_version

    @api.model
    def _prepaid_unite_payers(self, sources, target):
        """Make the records of payers fit on one of them. Hook, as superuser.

        :param res.partner sources: whose debts and money become the target's
        :param res.partner target: who pays from now on
        """

    @api.model
    def _prepaid_payer_fields(self):
        """Return the stored fields that hold a payer, as (model, field). Hook."""
        return [("account.move", "commercial_partner_id")]

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    @api.model
    def _prepaid_move_payers(self, client, payer):
        """Put what a client was charged to the payer whose purse the money is in."""
        self.env.flush_all()
        for model, name in self._prepaid_payer_fields():
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = %(payer)s WHERE %(column)s = %(client)s",
                    table=SQL.identifier(self.env[model]._table),
                    column=SQL.identifier(name),
                    payer=payer.id,
                    client=client.id,
                )
            )
        self.env.invalidate_all()

    @api.model
    def _prepaid_rivals(self, model, partners, key, domain=()):
        """Return the records of these partners of which only one may stay.

        :param str model: with a ``partner_id``
        :param list[str] key: fields that are unique together with the partner
        :param domain: of the records that count
        :return: a recordset of two or more for each place, oldest first
        :rtype: list
        """
        records = self.env[model].with_context(active_test=False)
        records = records.search([("partner_id", "in", partners.ids), *domain], order="id")
        groups = records.grouped(lambda record: tuple(record[name] for name in key))
        return [group for group in groups.values() if len(group) > 1]
