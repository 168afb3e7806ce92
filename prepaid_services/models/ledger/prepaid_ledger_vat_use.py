from collections import defaultdict

from odoo import api, models

from ...door import operation, telling, told


class PrepaidLedger(models.AbstractModel):
    """Using advances that have an advance invoice.

    What an invoice made here uses is deducted on the document, with the same tax on the same
    account. For everything else (pay-out, an invoice that is posted already, another tax) a credit
    note makes the needed part a plain advance again.
    """

    _inherit = "prepaid.ledger"

    # ----------------------------------------------------------------------------------
    # Deduct on the document
    # ----------------------------------------------------------------------------------

    @api.model
    def _vat_deduct(self, invoices):
        """Deduct advances that have an advance invoice on draft invoices of their clients.

        Never more than the invoice has of the same tax; only in company currency, because the rest
        of the document has another rate than the advance.

        :param account.move invoices: drafts
        """
        invoices = invoices.filtered(
            lambda m: (
                m.company_id.root_id.sudo().prepaid_vat_since
                and m.currency_id == m.company_currency_id
            )
        )
        if not invoices:
            return
        self._touch(invoices.partner_id)
        credits = self._open_credits(invoices.partner_id, invoices.company_id)
        free = self._vat_free_money(invoices, credits)
        credits = self._vat_taxed(credits)
        left = {c: (c._prepaid_open()[0], c._prepaid_vat_open()) for c in credits}
        by_purse = credits.grouped(self._purse)
        for invoice in invoices:
            purse = invoice.commercial_partner_id, invoice.company_id.root_id, invoice.currency_id
            before = sum(gross for gross, _vat in left.values())
            lines = self._prepare_deductions(
                invoice, by_purse.get(purse, ()), left, free.get(purse, 0.0)
            )
            if lines:
                free[purse] -= before - sum(gross for gross, _vat in left.values())
                invoice.write({"invoice_line_ids": [(0, 0, line) for line in lines]})

    @api.model
    def _vat_free_money(self, invoices, credits):
        """Return what may be spent of open advances: not what is held for something else.

        :return: purse, see :meth:`_purse` -> amount with VAT
        """
        free = defaultdict(float)
        for credit in credits:
            free[self._purse(credit)] += credit._prepaid_open()[1]
        for purse, amount in self._held(invoices.partner_id, invoices.company_id).items():
            free[purse] -= amount
        return free

    @api.model
    def _prepare_deductions(self, invoice, credits, left, free):
        """Return the lines that deduct advances on one invoice, oldest first.

        :param credits: taxed advances of its client
        :param dict left: advance -> open with VAT, its VAT; lowered by what is deducted
        :param float free: the most that may be deducted
        """
        room = defaultdict(float)
        for line in invoice.invoice_line_ids:
            room[line.tax_ids] += line.price_total
        currency, lines = invoice.currency_id, []
        for credit in credits:
            gross_open, vat_open = left[credit]
            take = currency.round(min(gross_open, room[credit.tax_ids], free))
            fits = credit.tax_ids.company_id in invoice.company_id.sudo().parent_ids
            if not fits or currency.compare_amounts(take, 0) <= 0:
                continue
            vat = self._vat_of_part(credit, gross_open, vat_open, take)
            name = self.env._("Less advance %(invoice)s", invoice=credit.move_id.name)
            line = self._prepare_vat_document_line(credit, name, credit.tax_ids, take, vat, sign=-1)
            lines.append({**line, "prepaid_vat_line_id": credit.id})
            left[credit] = currency.round(gross_open - take), currency.round(vat_open - vat)
            room[credit.tax_ids] -= take
            free -= take
        return lines

    @api.model
    def _vat_taxed(self, credits):
        """Return the advances of paid taxed documents among these."""
        return credits.filtered(lambda line: line.prepaid_vat and line._prepaid_open()[0] > 0)

    @api.model
    def _vat_of_part(self, credit, gross_open, vat_open, take):
        """Return the VAT of a part of what is open of a taxed advance, in its currency.

        Rounded over all uses together: what all of them should have released, less what the
        earlier ones did. Something net is left, because an item of nothing cannot be matched.

        :param float gross_open: open before this part, with VAT
        :param float vat_open: of it
        :param float take: with VAT
        """
        currency = credit.currency_id
        vat = credit._prepaid_vat_in_currency(-credit.prepaid_vat)
        received = currency.round(-credit.amount_currency + vat)
        used = currency.round(received - gross_open + take)
        part = vat_open - vat + self._vat_part(vat, used, received, currency)
        net_open = gross_open - vat_open
        part = max(min(part, take - currency.rounding), take - net_open, 0.0)
        return currency.round(part)

    # ----------------------------------------------------------------------------------
    # Credit
    # ----------------------------------------------------------------------------------

    @api.model
    def _vat_spendable(self, debits, credits, held):
        """Return advances that can be matched with debits as they are, and what of them is held.

        Taxed ones are credited as far as the plain ones do not suffice: the credit note gives the
        VAT back and leaves a plain advance. What is held back stays on taxed ones, if it can.

        :param account.move.line debits: what the money is needed for
        :param account.move.line credits: open advances
        :param dict held: from :meth:`_held`
        :rtype: tuple
        """
        taxed = self._vat_taxed(credits)
        plain, held = credits.filtered(lambda line: not line.prepaid_vat), dict(held)
        for purse, group in taxed.grouped(self._purse).items():
            ours = plain.filtered(lambda line, purse=purse: self._purse(line) == purse)
            due = debits.filtered(lambda line, purse=purse: self._purse(line) == purse)
            there = -sum(ours.mapped("amount_residual_currency"))
            left = {credit: credit._prepaid_open()[1] for credit in group}
            needed = min(
                sum(due.mapped("amount_residual_currency")),
                there + sum(left.values()) - held.get(purse, 0.0),
            )
            needed = purse[2].round(needed - there)
            for credit in group:
                gross = min(needed, left[credit])
                if purse[2].compare_amounts(gross, 0) > 0:
                    needed = purse[2].round(needed - gross)
                    left[credit] -= gross
                    plain += self._vat_free(credit, gross, max(due.mapped("date")))
            held[purse] = max(held.get(purse, 0.0) - sum(left.values()), 0.0)
        return plain, held

    @api.model
    def _vat_free(self, credit, gross, day):
        """Credit a part of an advance invoice: the money is a plain advance again.

        :param account.move.line credit: taxed advance
        :param float gross: how much, with VAT, in its currency
        :param date day: when it is needed
        :return: the plain advance
        """
        note = self._vat_credit(credit, gross, day)
        entry = telling(self, prepaid_vat_later=True)._to_balance(note, note.date)
        plain = entry._prepaid_advance_lines()
        plain.prepaid_vat_policy = "advance_invoice"
        return plain

    @api.model
    def _vat_credit(self, credit, gross, day):
        """Create and post the credit note for a part of a taxed advance.

        :return: the posted credit note
        """
        vat_open = credit._prepaid_vat_in_currency(credit._prepaid_vat_open())
        vat = self._vat_of_part(credit, credit._prepaid_gross()[1], vat_open, gross)
        document = credit.move_id
        name = self.env._("Advance %(invoice)s, not used", invoice=document.name)
        line = self._prepare_vat_document_line(credit, name, credit.tax_ids, gross, vat)
        return self._credit_part(
            {
                **self._prepare_vat_document(credit, max(day, credit.date)),
                "prepaid_kind": "advance_credit",
                "reversed_entry_id": document.prepaid_kind == "advance" and document.id,
                "ref": name,
                "invoice_line_ids": [(0, 0, {**line, "prepaid_vat_line_id": credit.id})],
            }
        )

    @api.model
    @operation
    def _vat_credit_unpaid(self, invoices):
        """Credit what is not used of advance invoices whose money is gone.

        What was used stays a debt of the client.

        :param account.move invoices: advance invoices of which a matching was removed
        """
        if told(self.env, "prepaid_vat_crediting"):
            return
        self = telling(self, prepaid_vat_crediting=True)  # noqa: PLW0642
        for invoice in invoices.sudo().filtered(
            lambda m: m.state == "posted" and not m.currency_id.is_zero(m.amount_residual)
        ):
            for credit in invoice._prepaid_taxed_advance_lines().filtered(
                lambda line: line.amount_residual < 0
            ):
                today = invoice.company_id._prepaid_today()
                self._vat_credit(credit, credit._prepaid_gross()[1], today)

    # ----------------------------------------------------------------------------------
    # Write off
    # ----------------------------------------------------------------------------------

    @api.model
    def _prepare_balance_write_off_lines(self, partner, company, amount):
        """Return the items that take an amount off customer prepayments.

        The VAT of a taxed advance stays due: only what is left of it can become income.

        :param float amount: in company currency, with VAT
        """
        currency, lines = company.currency_id, []
        everything = self._open_credits(partner, company)
        credits = everything.filtered(lambda line: line.currency_id == currency)
        taxed = self._vat_taxed(credits)
        plain = currency.round(-sum((credits - taxed).mapped("amount_residual")))
        rest = currency.round(max(amount - plain, 0.0)) if taxed else 0.0
        for credit in taxed:
            take = min(rest, credit._prepaid_open()[0])
            if currency.compare_amounts(take, 0) <= 0:
                break
            vat_open = credit._prepaid_vat_open()
            vat = self._vat_of_part(credit, credit._prepaid_open()[0], vat_open, take)
            net = currency.round(take - vat)
            line = self._prepare_line(partner, credit.account_id, currency, net)
            lines.append({**line, "prepaid_vat": vat, "prepaid_vat_line_id": credit.id})
            rest = currency.round(rest - take)
            amount = currency.round(amount - take)
        foreign = self._prepare_foreign_write_off_lines(
            partner, everything - credits, currency.round(amount - plain)
        )
        amount = currency.round(amount - sum(line["balance"] for line in foreign))
        lines += foreign
        if currency.compare_amounts(amount, 0) > 0:
            advance = company._prepaid_advance_account()
            lines.insert(0, self._prepare_line(partner, advance, currency, amount))
        return lines

    @api.model
    def _prepare_foreign_write_off_lines(self, partner, credits, amount):
        """Return the items that take advances of other currencies off customer prepayments.

        They come last, at the rate at which each was received.

        :param credits: open advances, oldest first
        :param float amount: in company currency
        """
        lines = []
        for credit in credits.filtered(lambda line: not line.prepaid_vat):
            company_currency, (value, there) = credit.company_currency_id, credit._prepaid_open()
            take = min(amount, value)
            if company_currency.compare_amounts(take, 0) > 0:
                whole = company_currency.compare_amounts(take, value) == 0
                part = there if whole else credit.currency_id.round(there * take / value)
                lines.append(
                    self._prepare_line(partner, credit.account_id, credit.currency_id, take, part)
                )
                amount = company_currency.round(amount - take)
        return lines
