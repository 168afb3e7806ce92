from odoo import models

from ...door import told


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    # What was open on a past day: only what was matched after it is read
    _prepaid_max_date_idx = models.Index(
        "(max_date) INCLUDE (debit_move_id, credit_move_id, amount)"
    )

    def unlink(self):
        """Override of `account`: an application that lost a side gives the money back.

        One hook for everything a user may do: unreconcile, cancel, change the price of a draft,
        reverse, or cancel the top-up that was used.
        """
        moves = self.env["account.move"]
        if not told(self.env, "prepaid_returning"):
            moves = (self.debit_move_id + self.credit_move_id).move_id
        res = super().unlink()
        moves.exists()._prepaid_return()
        return res
