from odoo import api, models

from ...door import operation


class PrepaidLedger(models.AbstractModel):
    """What follows from a payment that a provider made: it happened and cannot be refused."""

    _inherit = "prepaid.ledger"

    @api.model
    @operation
    def _pay_debts(self, payment):
        """Let a payment to the balance pay the oldest open invoices of its payer.

        :param account.payment payment: posted, inbound
        """
        credits = payment.move_id._prepaid_advance_lines()
        self._apply(self._open_debts(credits.partner_id, credits.company_id), credits)
