from odoo import api, models


class PrepaidLedger(models.AbstractModel):
    """What follows from a payment that a provider made: it happened and cannot be refused."""

    _inherit = "prepaid.ledger"

    @api.model
    def _match_online_refund(self, refund, payment):
        """Match money a provider gave back with the advance it came from, then with others.

        What was used meanwhile stays open on the client's account as a negative advance: the
        money is gone, whatever the balance is.

        :param account.payment refund: posted, outbound
        :param account.payment payment: the one that is refunded
        """
        debits = refund.move_id._prepaid_advance_lines()
        self._touch(debits.partner_id)
        first = payment.move_id._prepaid_advance_lines()
        others = self._open_credits(debits.partner_id, debits.company_id) - first
        for credits in (first, others):
            credits, _held = self._vat_spendable(debits, credits, {})
            open_lines = (debits + credits).filtered(lambda line: not line.reconciled)
            for group in open_lines.grouped(self._purse).values():
                residuals = group.mapped("amount_residual_currency")
                if min(residuals) < 0 < max(residuals):
                    group.reconcile()

    @api.model
    def _pay_debts(self, payment):
        """Let a payment to the balance pay the oldest open invoices of its payer.

        :param account.payment payment: posted, inbound
        """
        credits = payment.move_id._prepaid_advance_lines()
        self._apply(self._open_debts(credits.partner_id, credits.company_id), credits)
