from odoo import api, fields, models


class AccountPayment(models.Model):
    """Money of a debt that was written off lowers the bad debts, it is nobody's balance."""

    _inherit = "account.payment"

    prepaid_recovery = fields.Boolean(
        "Recovered Debt", copy=False, readonly=True, help="The debt was written off before."
    )

    @api.depends("prepaid_recovery")
    def _compute_destination_account_id(self):
        """Override of `account`: recovered money credits the bad debts account."""
        res = super()._compute_destination_account_id()
        for payment in self.filtered("prepaid_recovery"):
            payment.destination_account_id = payment.company_id._prepaid_get(
                "prepaid_bad_debt_account_id"
            )
        return res

    def _prepaid_has_own_counterpart(self):
        """Extend: the bad debts account is no write-off of the payment."""
        return super()._prepaid_has_own_counterpart() or self.prepaid_recovery
