from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of `account`: VAT comes back with the advance that is free again."""
        lines = (self.credit_move_id + self.debit_move_id).sudo()
        advances = lines.filtered("prepaid_vat_policy")
        unpaid = lines.move_id.filtered(lambda move: move.prepaid_kind == "advance")
        res = super().unlink()
        ledger = self.env["prepaid.ledger"]
        ledger._vat_follow(advances.exists())
        ledger._vat_credit_unpaid(unpaid.exists())
        return res
