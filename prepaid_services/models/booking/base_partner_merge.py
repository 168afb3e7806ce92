from odoo import api, models

#: Of two seats of a client in a meeting the one that has come further stays
RANK = ("done", "no_show", "confirmed", "awaiting_payment", "draft")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """One client has one seat in a meeting."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_unite_clients(self, sources, target):
        """Extend: the further seat stays; a second visit that was given keeps its money."""
        res = super()._prepaid_unite_clients(sources, target)
        taken = [("event_id", "!=", False), ("state", "!=", "cancelled")]
        rivals = self._prepaid_rivals(
            "prepaid.booking", sources | target, ["event_id"], taken
        )
        for seats in rivals:
            _kept, *others = seats.sorted(lambda seat: RANK.index(seat.state))
            spare = seats.browse().union(*others)
            given = spare.filtered(lambda seat: seat.state == "done")
            # Invoiced and paid twice: that is a question for people, the meeting holds one
            given.event_id = False
            self._prepaid_drop_seats(spare - given)
        return res

    @api.model
    def _log_merge_operation(self, src_partners, dst_partner):
        """Extend: the titles of coming visits say who stays."""
        res = super()._log_merge_operation(src_partners, dst_partner)
        self.env["prepaid.booking"]._retitle_coming([("partner_id", "=", dst_partner.id)])
        return res

    @api.model
    def _prepaid_drop_seats(self, seats):
        """Give seats up that are there twice: what they held is free again. Hook."""
        for company, ours in seats.grouped("company_id").items():
            ours.with_company(company).action_cancel(
                reason=self.env._("The client had two seats: merged."), by="us"
            )

    @api.model
    def _prepaid_payer_fields(self):
        """Extend: visits."""
        return [*super()._prepaid_payer_fields(), ("prepaid.booking", "payer_id")]
