from odoo import models


class PrepaidInstalmentPlan(models.Model):
    """What was written off of the debts of a plan was not paid."""

    _inherit = "prepaid.instalment.plan"

    def _unpaid_losses(self):
        """Extend: one query for the entries that wrote debts of these clients off."""
        lost = (
            self.env["prepaid.write.off"]
            .sudo()
            .search([("partner_id", "in", self.partner_id.ids), ("state", "=", "done")])
            .move_ids
        )
        losses = super()._unpaid_losses()
        for plan in self:
            matched = plan.debt_ids.matched_credit_ids
            gone = matched.filtered(lambda part: part.credit_move_id.move_id in lost)
            losses[plan] += sum(gone.mapped("amount"))
        return losses


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _prepaid_end_plans(self):
        """End the instalment plans that hold these debts: what they agreed on is not owed."""
        plans = self.env["prepaid.instalment.plan"].sudo()
        plans.search([("debt_ids", "in", self.ids), ("state", "=", "active")]).action_cancel()
