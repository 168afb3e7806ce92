from odoo import api, fields, models
from odoo.tools import float_round

from ...door import operation, telling


class PrepaidLedger(models.AbstractModel):
    """Debts nobody will pay: written off, given back in tax, recovered, or expected to be lost."""

    _inherit = "prepaid.ledger"

    # ----------------------------------------------------------------------------------
    # Written off
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _write_off_debts(self, parts, account, day, memo):
        """Write open debts off: Dr Bad debts or Allowance / Cr Receivable, matched.

        Odoo calls such invoices paid; the flag on them says what really happened.

        :param dict parts: posted receivable lines of one client in one company -> how much of
            each, in company currency and in its own
        :param account.account account: what bears the loss
        :param date day: local; not moved when locked, a loss belongs to its period
        :param str memo: the reason, on the entry
        :return: the posted entry
        :raise UserError: the date is locked
        """
        debts = self.env["account.move.line"].sudo().union(*parts)
        self._touch(debts.partner_id)
        company = debts.company_id
        self._check_open(company, company._prepaid_get("prepaid_journal_id"), day)
        vals = self._prepare_entry(
            company, day, memo, "bad_debt", self._prepare_write_off_lines(parts, account)
        )
        # The debt may be in several currencies; the loss is in the company's
        move = self._post_entries([{**vals, "currency_id": company.currency_id.id}])
        _loss, *paid = move.line_ids.sorted("id")
        lines = self.env["account.move.line"].sudo()
        lines._reconcile_plan([line + debt for line, debt in zip(paid, parts, strict=True)])
        debts.move_id._prepaid_flag_written_off()
        return move

    @api.model
    def _prepare_write_off_lines(self, parts, account):
        """Return the loss, then the credit of each debt in its own currency."""
        first = next(iter(parts))
        payer, currency = first.partner_id, first.company_id.currency_id
        credits = [
            self._prepare_line(debt.partner_id, debt.account_id, debt.currency_id, -part, -own)
            for debt, (part, own) in parts.items()
        ]
        loss = currency.round(sum(part for part, _own in parts.values()))
        return [self._prepare_line(payer, account, currency, loss), *credits]

    @api.model
    @operation
    def _credit_debt(self, invoice, amount, account, day, memo):
        """Write an invoice off by a credit note: Dr Bad debts, Dr VAT / Cr Receivable.

        The tax of the part that is never paid is given back; what is lost is the rest.

        :param account.move invoice: posted, with something open
        :param float amount: how much of what is open, in the currency of the invoice
        :param account.account account: bears the loss instead of the revenue
        :param date day: local
        :param str memo: the reason, on the credit note
        :return: the posted credit note
        :raise UserError: the date is locked
        """
        invoice = invoice.sudo()
        self._touch(invoice.partner_id)
        self._check_open(invoice.company_id, invoice.journal_id, day)
        note = self.env["account.move"].sudo()
        note = note.create([self._prepare_debt_credit(invoice, amount, account, day, memo)])
        # The rounding of the taxes must not leave a cent open
        rest = invoice.currency_id.round(amount - note.amount_total)
        if not invoice.currency_id.is_zero(rest):
            line = self._prepare_debt_credit_line(account, memo, rest)
            note.write({"invoice_line_ids": [fields.Command.create(line)]})
        telling(note, prepaid_note_stays=True)._post(soft=False)
        self._match_receivables(note, invoice)
        invoice._prepaid_flag_written_off()
        return note

    @api.model
    def _prepare_debt_credit(self, invoice, amount, account, day, memo):
        """Return the values of the credit note for what is lost, with the invoice's taxes."""
        share = amount / invoice.amount_total
        lines = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return {
            "move_type": "out_refund",
            "company_id": invoice.company_id.id,
            "journal_id": invoice.journal_id.id,
            "partner_id": invoice.partner_id.id,
            "reversed_entry_id": invoice.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "invoice_date": day,
            "date": day,
            "ref": memo,
            "invoice_line_ids": [
                fields.Command.create(
                    self._prepare_debt_credit_line(
                        account,
                        memo,
                        invoice.currency_id.round(group._prepaid_tax_base() * share),
                        group.tax_ids,
                    )
                )
                for group in lines.grouped("tax_ids").values()
            ],
        }

    @api.model
    def _prepare_debt_credit_line(self, account, memo, price, taxes=None):
        """Return the values of a line of such a credit note."""
        return {
            "name": memo,
            "quantity": 1.0,
            "price_unit": price,
            "account_id": account.id,
            "tax_ids": [fields.Command.set(taxes.ids if taxes else [])],
        }

    # ----------------------------------------------------------------------------------
    # Recovered
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _recover(self, vals_list):
        """Take money of debts that were written off: Dr Bank / Cr Bad debts.

        :param list[dict] vals_list: as in :meth:`_take`
        :return: posted payments
        :raise UserError: the date is locked
        """
        Payment = self.env["account.payment"].sudo().with_context(force_payment_move=True)
        payments = Payment.create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "prepaid_recovery": True,
                    **vals,
                }
                for vals in vals_list
            ]
        )
        for payment in payments:
            self._check_open(payment.company_id, payment.journal_id, payment.date)
        payments.action_post()
        return payments

    # ----------------------------------------------------------------------------------
    # Expected
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _propose_allowance(self, company, change, day, memo):
        """Make the entry that brings the allowance to what is expected to be lost, as a draft.

        Dr Bad debts / Cr Allowance, or the reverse. The accountant posts it.

        :param float change: in company currency; negative when less is expected than before
        :param date day: the day looked at, usually a month's end
        :return: the draft entry
        :raise UserError: the date is locked
        """
        journal = company._prepaid_get("prepaid_journal_id")
        self._check_open(company, journal, day)
        loss = company._prepaid_get("prepaid_bad_debt_account_id")
        allowance = company._prepaid_get("prepaid_allowance_account_id")
        nobody, currency = self.env["res.partner"], company.currency_id
        change = float_round(change, precision_rounding=currency.rounding)
        lines = [
            self._prepare_line(nobody, loss, currency, change),
            self._prepare_line(nobody, allowance, currency, -change),
        ]
        vals = self._prepare_entry(company, day, memo, False, lines)
        return self.env["account.move"].sudo().create([{**vals, "prepaid_loss_as_of": day}])
