from odoo import models


class ResPartner(models.Model):
    """Contacts that change their company or family: who pays for what was done before."""

    _inherit = "res.partner"

    def write(self, vals):
        """Extend: what a client has paid follows the client's own entries into another family.

        Odoo moves the journal items of somebody who gets a parent to that parent. Whoever leaves a
        family leaves its money there, and with it the visits and packages that it paid.
        """
        if not {"parent_id", "is_company"} & set(vals):
            return super().write(vals)
        payers = self.filtered(lambda partner: partner == partner.commercial_partner_id)
        res = super().write(vals)
        joined = payers.filtered(lambda partner: partner != partner.commercial_partner_id)
        if joined:
            joined._prepaid_follow_payer()
            self._prepaid_forget()
        return res

    def _prepaid_follow_payer(self):
        """Let documents of these clients, who paid for themselves, be their new payers'. Hook."""
