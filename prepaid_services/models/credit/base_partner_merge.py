from odoo import api, models
from odoo.tools import SQL

from ...door import telling
from ..client.res_partner_credit import CREDIT_FIELDS, UNDECIDED

#: Of two decisions the stricter one; what nobody decided on says nothing
STRICTEST = ("refused", "on_hold", "approved")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Of two decisions on the credit of a client the stricter one counts."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_unite_clients(self, sources, target):
        """Extend: in every company; all of them agree then, whatever Odoo takes over."""
        res = super()._prepaid_unite_clients(sources, target)
        for company in self.env["res.company"].search([("active", "in", (True, False))]):
            self._prepaid_unite_credit(
                sources.with_company(company), target.with_company(company)
            )
        self.env.flush_all()
        for name in CREDIT_FIELDS:
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner source SET %(column)s = target.%(column)s"
                    " FROM res_partner target"
                    " WHERE target.id = %(target)s AND source.id IN %(ids)s",
                    column=SQL.identifier(name),
                    target=target.id,
                    ids=tuple(sources.ids),
                )
            )
        self.env.invalidate_all()
        return res

    @api.model
    def _prepaid_unite_credit(self, sources, target):
        """Put the strictest decision of one company on the client who stays."""
        decided = (target + sources).filtered(lambda p: p.service_credit_state not in UNDECIDED)
        if not decided:
            return
        winner = min(
            decided,
            key=lambda p: (STRICTEST.index(p.service_credit_state), p.service_credit_limit),
        )
        if winner == target:
            return
        reason = self.env._(
            "Merged with %(client)s: the stricter decision counts.", client=winner.display_name
        )
        telling(target, prepaid_review={"reason": reason}).write(
            {
                name: winner._fields[name].convert_to_write(winner[name], winner)
                for name in CREDIT_FIELDS - {"service_credit_user_id", "service_credit_date"}
            }
        )
