from odoo import api, models

from ...door import operation


class PrepaidLedger(models.AbstractModel):
    """Policy *advance_entry*: Dr VAT on advances / Cr VAT when money arrives, and back when used.

    The entry carries what the tax report needs, as core's cash-basis entries do: repartition line,
    tags and base amount on the VAT, and a pair of lines for the base. What an advance still has to
    release is read from its entries, so doing it twice does it once.
    """

    _inherit = "prepaid.ledger"

    # ----------------------------------------------------------------------------------
    # Accrue
    # ----------------------------------------------------------------------------------

    @api.model
    def _vat_accrue_by_entry(self, credits):
        """Accrue the VAT of open advances that have no accrual yet.

        :param account.move.line credits: posted advances
        """
        if not credits:
            return
        self._touch(credits.partner_id)
        accruals = self._vat_items(credits).filtered(lambda item: not item.prepaid_vat_use_id)
        accrued = accruals.grouped("prepaid_vat_line_id")
        vals_list = []
        for credit in credits:
            tax, currency = self._vat_tax(credit), credit.company_currency_id
            done = sum(accrued.get(credit, accruals.browse()).mapped("balance"))
            if not currency.is_zero(done):
                continue
            gross = -credit.amount_residual
            vat = self._vat_share(tax, gross, currency) if tax else 0.0
            if currency.is_zero(vat):
                credit.prepaid_vat_policy = "on_invoice"
                continue
            accounts = self._vat_accounts(credit.company_id, tax)
            base = currency.round(gross - vat)
            vals_list.append(self._prepare_vat_entry(credit, credit.date, accounts, vat, base))
        if vals_list:
            self._post_entries(vals_list)

    @api.model
    def _vat_accounts(self, company, tax):
        """Return where an accrual goes: tax repartition lines with their accounts, and transit.

        :return: {"transit": account, "tax": [(repartition line, account, share of the VAT)]}
        :raise RedirectWarning: the account of VAT on advances or of the tax is not set
        """
        transit = company._prepaid_get("prepaid_vat_transit_account_id")
        own = company.root_id.sudo().prepaid_vat_account_id
        lines = tax.sudo().invoice_repartition_line_ids
        lines = lines.filtered(lambda line: line.repartition_type == "tax" and line.factor)
        total = sum(lines.mapped("factor"))
        shares = []
        for line in lines:
            account = own or line.account_id
            if not account:
                account = company._prepaid_get("prepaid_vat_account_id")
            shares.append((line, account, line.factor / total))
        return {"transit": transit, "tax": shares}

    @api.model
    def _vat_items(self, credits):
        """Return the posted items on transit accounts that belong to advances."""
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("prepaid_vat_line_id", "in", credits.ids),
                    ("parent_state", "=", "posted"),
                    ("move_id.prepaid_kind", "in", ("vat", "vat_release")),
                ],
                order="id",
            )
        )

    # ----------------------------------------------------------------------------------
    # Follow
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _vat_follow(self, lines):
        """Release or give back VAT after the matching of advances changed.

        Released so far is ``round(vat * used / received)``; a use that was taken back takes its
        release back; money that left the ledger takes its accrual back; what had paid an older
        debt and is free again is accrued as well.

        :param account.move.line lines: journal items, of which only advances count
        """
        credits = lines.sudo().filtered(lambda line: line.prepaid_vat_policy == "advance_entry")
        if not credits:
            return
        by_credit = self._vat_items(credits).grouped("prepaid_vat_line_id")
        vals_list = []
        for credit, items in by_credit.items():
            vals_list += self._vat_undo_releases(credit, items)
            if credit.parent_state == "posted":
                vals_list += self._vat_new_releases(credit, items)
                vals_list += self._vat_accrue_more(credit, items)
            else:
                vals_list += self._vat_undo_accrual(credit, items)
        if vals_list:
            self._post_entries(vals_list)

    @api.model
    def _vat_undo_accrual(self, credit, items):
        """Return the entry that takes back the accrual of money that is not there any more."""
        currency = credit.company_currency_id
        items = items.filtered(lambda item: not item.prepaid_vat_use_id)
        open_vat = currency.round(sum(items.mapped("balance")))
        if currency.is_zero(open_vat):
            return []
        base = currency.round(sum(self._vat_base(item) for item in items))
        day = max(credit.date, credit.company_id._prepaid_today())
        accounts = self._vat_accounts_of(items[0])
        return [self._prepare_vat_entry(credit, day, accounts, -open_vat, -base, kind="vat")]

    @api.model
    def _vat_accrue_more(self, credit, items):
        """Return the entry for money that had paid an older debt and is an advance since today."""
        currency = credit.company_currency_id
        accruals = items.filtered(lambda item: not item.prepaid_vat_use_id)
        vat = currency.round(sum(accruals.mapped("balance")))
        received = currency.round(vat + sum(self._vat_base(item) for item in accruals))
        more = currency.round(-credit.amount_residual - received)
        if currency.compare_amounts(vat, 0) <= 0 or currency.compare_amounts(more, 0) <= 0:
            return []
        tax = accruals[-1].move_id.line_ids.tax_ids
        part = currency.round(self._vat_share(tax, received + more, currency) - vat)
        base = currency.round(more - part)
        day = max(credit.date, credit.company_id._prepaid_today())
        accounts = self._vat_accounts_of(accruals[-1])
        return [self._prepare_vat_entry(credit, day, accounts, part, base, kind="vat")]

    @api.model
    def _vat_undo_releases(self, credit, items):
        """Return the entries that take back releases whose use was taken back."""
        live = credit.matched_debit_ids.debit_move_id
        vals_list = []
        by_use = items.filtered("prepaid_vat_use_id").grouped("prepaid_vat_use_id")
        for use, released in by_use.items():
            vat = credit.company_currency_id.round(sum(released.mapped("balance")))
            if use in live or credit.company_currency_id.is_zero(vat):
                continue
            base = sum(self._vat_base(item) for item in released)
            day = max(use.date, credit.company_id._prepaid_today())
            vals_list.append(
                self._prepare_vat_entry(
                    credit, day, self._vat_accounts_of(released[0]), -vat, -base, use
                )
            )
        return vals_list

    @api.model
    def _vat_new_releases(self, credit, items):
        """Return the entries that release the VAT of uses that have not released any yet."""
        currency = credit.company_currency_id
        accruals = items.filtered(lambda item: not item.prepaid_vat_use_id)
        vat = currency.round(sum(accruals.mapped("balance")))
        if currency.compare_amounts(vat, 0) <= 0:
            return []
        received = vat + sum(self._vat_base(item) for item in accruals)
        accounts = self._vat_accounts_of(accruals[-1])
        uses, used, released = self._vat_uses(credit, items, received)
        vals_list = []
        for use, amount in uses:
            before = used
            used = currency.round(used + amount)
            part = currency.round(self._vat_part(vat, used, received, currency) - released)
            released = currency.round(released + part)
            if not currency.is_zero(part):
                day = max(use.date, credit.date)
                base = currency.round(used - before - part)
                vals_list.append(self._prepare_vat_entry(credit, day, accounts, -part, -base, use))
        return vals_list

    @api.model
    def _vat_uses(self, credit, items, received):
        """Return uses of an advance that released no VAT yet, and where its count stands.

        Debts that were paid before the VAT was accrued are no uses: they are older than the rest.

        :return: [(debit item, amount in company currency)], used before, VAT released before
        """
        currency = credit.company_currency_id
        used = currency.round(received + credit.amount_residual)
        partials = credit.matched_debit_ids.sorted("id")
        done = items.prepaid_vat_use_id
        old = partials.filtered(lambda partial: partial.debit_move_id in done)
        counted = currency.round(sum(old.mapped("amount")))
        lacking, uses = currency.round(used - counted), []
        for partial in (partials - old)[::-1]:
            if currency.compare_amounts(lacking, 0) <= 0:
                break
            amount = min(partial.amount, lacking)
            uses.insert(0, (partial.debit_move_id, amount))
            lacking = currency.round(lacking - amount)
        live = items.filtered(lambda item: item.prepaid_vat_use_id in old.debit_move_id)
        return uses, counted, -currency.round(sum(live.mapped("balance")))

    # ----------------------------------------------------------------------------------
    # Entries
    # ----------------------------------------------------------------------------------

    @api.model
    def _vat_base(self, item):
        """Return the base of the VAT on a transit item, with the sign of its balance."""
        return -sum(item.move_id.line_ids.filtered("tax_ids").mapped("balance"))

    @api.model
    def _vat_accounts_of(self, item):
        """Return the accounts of an entry that was made, whatever the settings say by now."""
        lines = item.move_id.line_ids.filtered("tax_repartition_line_id")
        if not lines:
            items = self._vat_items(item.prepaid_vat_line_id)
            return self._vat_accounts_of(items.filtered(lambda i: i.move_id.line_ids.tax_ids)[0])
        total = sum(lines.mapped("balance"))
        return {
            "transit": item.account_id,
            "tax": [
                (line.tax_repartition_line_id, line.account_id, line.balance / total)
                for line in lines
            ],
        }

    @api.model
    def _prepare_vat_entry(self, credit, day, accounts, vat, base, use=None, kind=None):
        """Return the values of an entry that accrues (``vat`` > 0) or releases VAT of an advance.

        :param account.move.line credit: the advance
        :param dict accounts: from :meth:`_vat_accounts`
        :param float vat: in company currency, with the sign of the transit account
        :param float base: the same sign
        :param account.move.line use: what released it
        """
        company, payer = credit.company_id, credit.partner_id
        currency = company.currency_id
        transit, taxes = accounts["transit"], accounts["tax"]
        # A payable account with a partner would count as what we owe the client
        holder = payer.browse() if transit.account_type == "liability_payable" else payer
        lines = [
            {
                **self._prepare_line(holder, transit, currency, vat),
                "prepaid_vat_line_id": credit.id,
                "prepaid_vat_use_id": use.id if use else False,
            }
        ]
        written_off = use and use.move_id.prepaid_kind == "write_off"
        if written_off:
            # What was due stays due: the income from the write-off is what is left
            income = use.move_id.line_ids.account_id - use.account_id
            lines.append(self._prepare_line(payer, income[:1], currency, -vat))
        else:
            lines += self._prepare_vat_lines(payer, accounts, vat, base, currency)
            pair = self._prepare_line(holder, transit, currency, base)
            tags = taxes[0][0].tax_id.get_tax_tags(False, "base")
            tax = taxes[0][0].tax_id
            taxed = {"tax_ids": [(6, 0, tax.ids)], "tax_tag_ids": [(6, 0, tags.ids)]}
            lines += [{**pair, "balance": -base, "amount_currency": -base, **taxed}, pair]
        # Accrued: up, used: down; the opposite takes one of them back, in its own columns
        if company.account_storno and (vat > 0) == bool(use):
            lines = [{**line, "is_storno": True} for line in lines]
        ref = self._vat_ref(credit, vat, use)
        kind = kind or ("vat_release" if use else "vat")
        journal = company._prepaid_get("prepaid_journal_id")
        entry = self._prepare_entry(company, day, ref, kind, lines)
        day = company._prepaid_open_date(journal, day, has_tax=True)
        return {**entry, "date": day, "currency_id": currency.id, "partner_id": payer.id}

    @api.model
    def _prepare_vat_lines(self, payer, accounts, vat, base, currency):
        """Return the values of the items on the accounts of the tax; they sum to the VAT."""
        lines, left = [], vat
        for repartition, account, share in accounts["tax"]:
            last = repartition == accounts["tax"][-1][0]
            part = left if last else currency.round(vat * share)
            left = currency.round(left - part)
            holder = payer.browse() if account.account_type == "liability_payable" else payer
            lines.append(
                {
                    **self._prepare_line(holder, account, currency, -part),
                    "tax_repartition_line_id": repartition.id,
                    "tax_tag_ids": [(6, 0, repartition.tag_ids.ids)],
                    "tax_base_amount": -base,
                }
            )
        return lines

    @api.model
    def _vat_ref(self, credit, vat, use):
        """Return what a VAT entry is for."""
        document = credit.move_id.name
        if not use:
            if vat > 0:
                return self.env._("VAT on the advance: %(document)s", document=document)
            return self.env._("VAT on the advance taken back: %(document)s", document=document)
        if vat > 0:
            return self.env._("VAT on the advance, free again: %(document)s", document=document)
        return self.env._("VAT on the used part of the advance: %(document)s", document=document)
