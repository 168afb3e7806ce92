from odoo import api, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Money leaves a balance in Accounting as well: bank lines, charge-backs, manual entries."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Extend: see :meth:`_prepaid_follow_deposits`."""
        posted = super()._post(soft)
        posted._prepaid_follow_deposits()
        return posted

    def button_draft(self):
        """Extend: see :meth:`_prepaid_follow_deposits`."""
        res = super().button_draft()
        self._prepaid_follow_deposits()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_being_paid(self):
        """What money may still reach is kept: the client may be on the payment page.

        :raise UserError: names the document
        """
        paying = self.sudo().filtered(
            lambda m: any(tx._prepaid_may_come() for tx in m.transaction_ids)
        )
        for move in paying:
            raise UserError(
                self.env._(
                    "An online payment of %(document)s is under way. Cancel the document instead "
                    "of deleting it.",
                    document=move.display_name,
                )
            )

    def _prepaid_follow_deposits(self):
        """Let held deposits follow entries that may have made a balance less.

        What our own operations do respects the deposits anyway.
        """
        outside = self.sudo().filtered(
            lambda m: m.move_type in ("entry", "out_refund") and not m.prepaid_kind
        )
        lines = outside._prepaid_advance_lines() if outside else outside.line_ids
        payers = lines.partner_id.commercial_partner_id
        if not payers:
            return
        self.env["prepaid.booking"]._fit_held(payers)
