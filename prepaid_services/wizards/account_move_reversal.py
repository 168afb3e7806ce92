from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def _modify_default_reverse_values(self, origin_move):
        """Override of `account`: the new invoice knows which one it replaces."""
        values = super()._modify_default_reverse_values(origin_move)
        if origin_move.sudo()._prepaid_package_lines():
            values["prepaid_replaces_id"] = origin_move.id
        return values
