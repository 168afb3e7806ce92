from odoo import api, fields, models

from ...door import public
from ...exceptions import check_one
from ...tools.groups import DESK
from .prepaid_subscription import VALID_STATES


class ResPartner(models.Model):
    _inherit = "res.partner"

    prepaid_sessions_left = fields.Integer(
        "Sessions Left",
        compute="_compute_prepaid_sessions_left",
        compute_sudo=True,
        help="Of all packages the client may use; unlimited ones are not counted.",
        groups=DESK,
    )
    prepaid_package_count = fields.Integer(
        "Packages",
        compute="_compute_prepaid_sessions_left",
        compute_sudo=True,
        groups=DESK,
    )

    @api.depends_context("company")
    def _compute_prepaid_sessions_left(self):
        """Count live packages and their sessions, as owner or member; two queries for a page."""
        totals = {}
        for path in ("partner_id", "member_ids"):
            groups = self.env["prepaid.subscription"]._read_group(
                [
                    (path, "in", self.ids),
                    ("state", "in", VALID_STATES),
                    ("company_id", "=", self.env.company.id),
                ],
                [path],
                ["__count", "sessions_left:sum"],
            )
            for partner, count, left in groups:
                before = totals.get(partner.id, (0, 0))
                totals[partner.id] = (before[0] + count, before[1] + left)
        for partner in self:
            count, left = totals.get(partner._origin.id, (0, 0))
            partner.prepaid_package_count = count
            partner.prepaid_sessions_left = left

    def _prepaid_follow_payer(self):
        """Override: packages belong to whoever has the client's deferred value."""
        res = super()._prepaid_follow_payer()
        for model in (
            "prepaid.subscription",
            "prepaid.subscription.use",
            "prepaid.subscription.revision",
        ):
            records = self.env[model].sudo().search([("payer_id", "in", self.ids)])
            for payer, theirs in records.grouped("payer_id").items():
                theirs.payer_id = payer.commercial_partner_id
        return res

    @public
    def action_prepaid_packages(self):
        """Open the packages the client may use."""
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_subscription_action"
        )
        return {
            **action,
            "domain": ["|", ("partner_id", "=", self.id), ("member_ids", "in", self.ids)],
            "context": {"search_default_active": 1, "default_partner_id": self.id},
        }
