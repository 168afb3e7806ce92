from odoo import api, fields, models

from ...door import public
from ...exceptions import check_one


class ResPartner(models.Model):
    _inherit = "res.partner"

    prepaid_visit_count = fields.Integer(
        "Visits",
        compute="_compute_prepaid_visit_count",
        groups="prepaid_services.group_specialist",
        help="Bookings of the client, and of those whose visits the client pays.",
    )

    def _compute_prepaid_visit_count(self):
        """Count the bookings that the user may see: a payer's with the whole family's."""
        payers = self.filtered(lambda partner: partner == partner.commercial_partner_id)
        for field_name, partners in (("payer_id", payers), ("partner_id", self - payers)):
            rows = self.env["prepaid.booking"]._read_group(
                [(field_name, "in", partners.ids)], [field_name], ["__count"]
            )
            counts = dict(rows)
            for partner in partners:
                partner.prepaid_visit_count = counts.get(partner._origin, 0)

    def _prepaid_follow_payer(self):
        """Override: visits are paid by whoever has the client's money."""
        res = super()._prepaid_follow_payer()
        bookings = self.env["prepaid.booking"].sudo().with_context(active_test=False)
        bookings = bookings.search([("payer_id", "in", self.ids)])
        for payer, theirs in bookings.grouped("payer_id").items():
            theirs.payer_id = payer.commercial_partner_id
        return res

    @public
    def action_prepaid_visits(self):
        """Open the bookings of the client, and of those whose visits the client pays.

        :return: the action
        """
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_booking_action"
        )
        return {
            **action,
            "domain": ["|", ("partner_id", "=", self.id), ("payer_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def write(self, vals):
        """Extend: the titles of coming visits say the client's name."""
        res = super().write(vals)
        if "name" in vals:
            self.env["prepaid.booking"]._retitle_coming([("partner_id", "in", self.ids)])
        return res

    @api.model
    def _prepaid_forget(self):
        """Extend: whether visits are paid depends on the same money."""
        self.env["prepaid.booking"].invalidate_model(["amount_due", "payment_status"], flush=False)
        return super()._prepaid_forget()
