from odoo import api, fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    prepaid_topup = fields.Boolean(
        "Client Balance",
        copy=False,
        tracking=True,
        help="The money goes to the client's balance (customer prepayments) or comes from it, "
        "instead of paying an invoice.",
    )
    prepaid_purpose = fields.Selection(
        [("balance", "Free Balance"), ("deposit", "Booking Deposit")],
        "Received for",
        default="balance",
        copy=False,
        help="What the money on the client's balance was paid for. Tax law may treat money for a "
        "certain service differently from money for anything.",
    )
    prepaid_service_ids = fields.Many2many(
        "product.product",
        "prepaid_payment_service_rel",
        string="For Services",
        readonly=True,
        copy=False,
        help="What a deposit was paid for, as far as it was known then: the documents of the "
        "advance name it.",
    )
    prepaid_reference = fields.Char(
        "Idempotency Key",
        copy=False,
        readonly=True,
        help="Given by the caller; the same one twice returns the first payment.",
    )

    _prepaid_date_idx = models.Index("(date) WHERE partner_type = 'customer'")
    _prepaid_reference_uniq = models.UniqueIndex(
        "(company_id, prepaid_reference) WHERE prepaid_reference IS NOT NULL",
        "This reference was already used for a payment.",
    )

    def _prepaid_is_void(self):
        """Return whether this payment moves no money any more: in draft, cancelled or reversed."""
        self.ensure_one()
        reversals = self.move_id.reversal_move_ids.filtered(lambda m: m.state == "posted")
        return self.state in ("draft", "canceled", "rejected") or bool(reversals)

    @api.depends("prepaid_topup")
    def _compute_destination_account_id(self):
        """Override of `account`: a flagged payment credits customer prepayments."""
        res = super()._compute_destination_account_id()
        for payment in self.filtered(lambda p: p.prepaid_topup and p.partner_type == "customer"):
            payment.destination_account_id = payment.company_id._prepaid_advance_account()
        return res

    @api.depends("prepaid_topup")
    def _compute_outstanding_account_id(self):
        """Override of `account`: a changed partner or journal must not lose the entry.

        Core fills the account in ``create`` only; without one, confirming a payment makes no
        journal entry and the balance would not grow.
        """
        res = super()._compute_outstanding_account_id()
        ours = self.filtered(lambda p: p._prepaid_has_own_counterpart())
        for payment in ours.filtered(lambda p: not p.outstanding_account_id):
            payment.outstanding_account_id = payment._get_outstanding_account(payment.payment_type)
        return res

    def _get_outstanding_account(self, payment_type):
        """Override of `account`: the account of the way to pay comes first.

        Core forgets it where an entry is forced (``force_payment_move``): cash and card would
        wait for the bank on one account.
        """
        account = self.payment_method_line_id.payment_account_id
        return account[:1] or super()._get_outstanding_account(payment_type)

    def _prepaid_has_own_counterpart(self):
        """Return whether the other side is our account, which core takes for a write-off."""
        return self.prepaid_topup

    def _seek_for_lines(self):
        """Override of `account`: the prepayments line is the counterpart of a flagged payment.

        Its account type is a liability, so core takes it for a write-off.
        """
        liquidity, counterpart, writeoff = super()._seek_for_lines()
        if not self._prepaid_has_own_counterpart():
            return liquidity, counterpart, writeoff
        lines = self.move_id.line_ids
        advance = lines.filtered(lambda line: line.account_id == self.destination_account_id)
        if not advance:
            return liquidity, counterpart, writeoff
        accounts = self._get_valid_liquidity_accounts()
        liquidity = lines.filtered(lambda line: line.account_id in accounts) - advance
        return [liquidity, advance, lines - liquidity - advance]
