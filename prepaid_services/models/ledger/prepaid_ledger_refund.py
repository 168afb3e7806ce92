from odoo import api, models

from ...door import operation, telling


class PrepaidLedger(models.AbstractModel):
    """Giving back what a credit note owes the client: to the balance, or as money."""

    _inherit = "prepaid.ledger"

    @api.model
    @operation
    def _credit_part(self, vals):
        """Create and post a credit note for a part of an invoice.

        An open invoice is paid with it first.

        :param dict vals: values of ``account.move``, with ``reversed_entry_id``
        :return: the posted credit note
        """
        note = self.env["account.move"].sudo().create([{"move_type": "out_refund", **vals}])
        telling(note, prepaid_note_stays=True)._post(soft=False)
        self._match_receivables(note, note.reversed_entry_id)
        return note

    @api.model
    def _prepare_credits(self, invoices, reason):
        """Return the values of credit notes for invoices: today, or on the first open day."""
        defaults = []
        for invoice in invoices:
            company = invoice.company_id
            day = max(company._prepaid_today(), invoice.invoice_date)
            day = company._prepaid_open_date(invoice.journal_id, day, has_tax=True)
            defaults.append({"invoice_date": day, "date": day, "ref": reason})
        return defaults

    @api.model
    def _credit_rest(self, invoice, vals):
        """Cancel an invoice of which a part was credited before: only the rest is credited now.

        :param account.move invoice: posted
        :param dict vals: values of the credit note
        :return: the posted credit note; nothing when all was credited before
        """
        before = invoice._prepaid_credit_notes()
        self._vat_receivables(invoice).remove_move_reconcile()
        note = invoice._reverse_moves([vals])
        lines = before.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        note.write({"invoice_line_ids": [(0, 0, self._prepare_opposite(line)) for line in lines]})
        if note.currency_id.compare_amounts(note.amount_total, 0) <= 0:
            note.unlink()
            note = note.browse()
        telling(note, prepaid_note_stays=True)._post(soft=False)
        self._match_receivables(note, invoice, before)
        # What an earlier credit note has put on the balance is open here, since today
        today = invoice.company_id._prepaid_today()
        self._apply(self._vat_receivables(invoice), since=today)
        return note

    @api.model
    def _prepare_opposite(self, line):
        """Return the values of a line that takes another one back."""
        return {
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": -line.quantity,
            "price_unit": line.price_unit,
            "discount": line.discount,
            "account_id": line.account_id.id,
            "tax_ids": [(6, 0, line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
        }

    @api.model
    def _there_since(self, payer, company, amount, currency=None):
        """Return the day since which so much of a client's money is there.

        :param float amount: in ``currency``, of which only such money counts; without one in
            company currency, of all money
        :return: the day on which the last part of it came in; False when there is none
        :rtype: date
        """
        credits, day = self._open_credits(payer, company), False
        for credit in credits.filtered(lambda c: not currency or c.currency_id == currency):
            if (currency or company.currency_id).compare_amounts(amount, 0) <= 0:
                break
            value, in_currency = credit._prepaid_open()
            amount -= in_currency if currency else value
            day = max(day or credit.date, credit.date)
        return day

    @api.model
    @operation
    def _match_receivables(self, *documents):
        """Match what is open on the receivable lines of documents of one client.

        :param account.move documents: posted invoices, credit notes, payments' entries
        """
        moves = self.env["account.move"].sudo().union(*documents)
        lines = moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        for group in lines.grouped(lambda line: (line.account_id, line.currency_id)).values():
            residuals = group.mapped("amount_residual_currency")
            if min(residuals) < 0 < max(residuals):
                group.reconcile()

    @api.model
    @operation
    def _pay_refund(self, note, journal, day, memo):
        """Pay out what is open of a credit note: Dr Receivable / Cr Bank.

        :param account.move note: posted credit note
        :param account.journal journal: bank, cash or card journal in the note's currency
        :return: the posted payment
        :raise UserError: the date is locked
        """
        self._check_open(note.company_id, journal, day)
        payment = (
            self.env["account.payment"]
            .sudo()
            .with_context(force_payment_move=True)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": note.commercial_partner_id.id,
                    "company_id": note.company_id.id,
                    "journal_id": journal.id,
                    "amount": note.amount_residual,
                    "currency_id": note.currency_id.id,
                    "date": day,
                    "memo": memo,
                }
            )
        )
        payment.action_post()
        self._match_receivables(note, payment.move_id)
        return payment
