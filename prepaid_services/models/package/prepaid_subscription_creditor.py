from dataclasses import dataclass

from odoo import models

from ...tools.recognition import split_by_weights


@dataclass
class Share:
    """What one client gets of a refund, in the currency of the sale, tax included."""

    partner: models.Model
    invoices: models.Model  # by which this client bought; may be empty
    amount: float = 0.0
    fee: float = 0.0

    @property
    def still_open(self):
        """What is not owed any more instead of coming back."""
        owed = sum(self.invoices.mapped("amount_residual"))
        return min(owed, self.amount - self.fee)


class PrepaidSubscription(models.Model):
    """Who gets a refund: who paid what."""

    _inherit = "prepaid.subscription"

    def _refund_shares(self, unused, fee):
        """Share out a refund: debts of earlier owners are lowered, the owner gets the rest.

        Each invoice of the package has its part of what is left. What its client has not paid
        lowers that debt; what was paid was handed over with the package.

        :param float unused: what is worth giving back, in the currency of the sale, tax included
        :param float fee: cancellation fee, which each bears in proportion
        :return: shares, the owner's last
        :rtype: list[Share]
        """
        self.ensure_one()
        owner, invoices = self.payer_id, self._sale_invoices().sorted("id")
        mine = invoices.filtered(lambda m: m.commercial_partner_id == owner)
        own = Share(owner, mine)
        by_partner = {owner: own}
        weights = [self._sold_by(invoice) for invoice in invoices]
        weights = weights if any(weights) else [1] * len(weights)
        rounding = self.sale_currency_id.rounding
        for invoice, part in zip(
            invoices, split_by_weights(unused, weights, rounding), strict=True
        ):
            buyer = invoice.commercial_partner_id
            share = by_partner.setdefault(buyer, Share(buyer, invoices.browse()))
            share.invoices |= invoice
            lowered = part if buyer == owner else min(part, invoice.amount_residual)
            share.amount = self.sale_currency_id.round(share.amount + lowered)
            own.amount = self.sale_currency_id.round(own.amount + part - lowered)
        shares = [share for share in by_partner.values() if share.amount and share is not own]
        shares += [own] if own.amount or not shares else []
        amounts = [share.amount for share in shares]
        fees = split_by_weights(fee, amounts if any(amounts) else [1] * len(shares), rounding)
        for share, part in zip(shares, fees, strict=True):
            share.fee = part
        return shares

    def _sold_by(self, invoice):
        """Return what this package, or its added sessions, cost on an invoice, tax included."""
        self.ensure_one()
        line = self.invoice_line_id
        if line.move_id == invoice:
            return line.price_total / line._prepaid_package_count()
        added = invoice.line_ids.filtered(lambda added: added.prepaid_subscription_id == self)
        return max(sum(added.mapped("price_total")), 0.0)

    def _credited_invoice(self, share):
        """Return the invoice that the credit note of a share refers to.

        Odoo matches both, so it is the client's own, or one that is paid.
        """
        self.ensure_one()
        sale = self.invoice_line_id.move_id
        own = share.invoices.sorted("id")[:1]
        return own or sale.filtered(lambda m: not m.amount_residual)
