from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ...door import operation, telling
from ...tools.timeline import Timeline


class PrepaidLedger(models.AbstractModel):
    """Which items are open, and how all a client may spend comes to lie in one place.

    Accounting books money where it likes: a payment stays on the receivable, a bank line takes
    money from customer prepayments without saying which. Before money is spent it is *gathered*:
    what left the prepayments is matched with what came, and what lies on the receivable beyond
    the client's debts moves to the prepayments. Then the open advances of a client are what the
    client's card says (``res.partner._prepaid_money_sql``), or what is below zero is a debt.
    """

    _inherit = "prepaid.ledger"

    # ----------------------------------------------------------------------------------
    # Open items
    # ----------------------------------------------------------------------------------

    @api.model
    def _purse(self, line):
        """Return the key of money that may pay for each other: payer, legal entity, currency."""
        return line.partner_id.commercial_partner_id, line.company_id.root_id, line.currency_id

    @api.model
    def _open_items(self, partners, companies, domain):
        """Return the open items of clients in the legal entities of companies, oldest first.

        :param res.partner partners: clients or payers
        :param list domain: which items, by account and sign
        """
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._clients_of(partners)),
                    ("company_id", "in", companies._prepaid_family().ids),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    *domain,
                ],
                order="date, id",
            )
        )

    @api.model
    def _clients_of(self, partners):
        """Return whose items are the money of these clients' payers: archived contacts as well.

        :rtype: Query
        """
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        payers = partners.sudo().commercial_partner_id
        return Partner._search([("commercial_partner_id", "in", payers.ids)])

    @api.model
    def _account_ids(self, companies):
        """Return the ids of the customer prepayments and of the trade receivable accounts.

        :param res.company companies: whose branches and parents share the money
        :rtype: tuple[list[int], list[int]]
        """
        receivable = self.env["res.partner"]._receivable_ids(companies._prepaid_family())
        return companies._prepaid_advance_accounts().ids, [*receivable]

    @api.model
    def _open_credits(self, partners, companies):
        """Return the open advances of clients, oldest first.

        :param res.partner partners: clients or payers
        :param res.company companies: whose branches and parents share the money
        :return: posted lines on the customer prepayments accounts
        """
        advance, _receivable = self._account_ids(companies)
        domain = [("account_id", "in", advance), ("amount_residual_currency", "<", 0)]
        return self._open_items(partners, companies, domain)

    @api.model
    def _open_debits(self, partners, companies):
        """Return what left customer prepayments and is matched with nothing, oldest first."""
        advance, _receivable = self._account_ids(companies)
        domain = [("account_id", "in", advance), ("amount_residual_currency", ">", 0)]
        return self._open_items(partners, companies, domain)

    @api.model
    def _open_debts(self, partners, companies):
        """Return what clients owe, oldest due first: also a prepayments account below zero.

        :return: posted lines on receivable and customer prepayments accounts
        """
        advance, receivable = self._account_ids(companies)
        domain = [("account_id", "in", receivable + advance), ("amount_residual_currency", ">", 0)]
        debts = self._open_items(partners, companies, domain)
        return debts.sorted(lambda line: (line.date_maturity or line.date, line.id))

    # ----------------------------------------------------------------------------------
    # Gather
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _gather(self, partners, companies, debts=None):
        """Bring all that clients may spend together as open advances.

        :param res.partner partners: clients or payers
        :param res.company companies: whose branches and parents share the money
        :param account.move.line debts: what the money is for; all other debts come before
        """
        advance, receivable = self._account_ids(companies)
        domain = [
            "|",
            *("&", ("account_id", "in", advance), ("amount_residual_currency", ">", 0)),
            *("&", ("account_id", "in", receivable), ("amount_residual_currency", "<", 0)),
        ]
        scattered = self._open_items(partners, companies, domain)
        if not scattered:
            return
        self._touch(scattered.partner_id)
        spent = scattered.filtered(lambda line: line.amount_residual_currency > 0)
        # What is used in the same breath needs no VAT entries of its own
        telling(self, prepaid_vat_later=True)._shift(scattered - spent, debts)
        self._match(spent)

    @api.model
    def _gather_for(self, vals_list):
        """Gather the money of the clients in values of documents.

        :param list[dict] vals_list: with ``partner_id`` and ``company_id``
        """
        clients = defaultdict(set)
        for vals in vals_list:
            clients[vals["company_id"]].add(vals["partner_id"])
        for company_id, ids in clients.items():
            company = self.env["res.company"].sudo().browse(company_id)
            self._gather(self.env["res.partner"].sudo().browse(ids), company)

    @api.model
    def _beyond_debts(self, credits, debts=None):
        """Return how much of credits on the receivable is not needed by the client's debts.

        :param account.move.line credits: on receivable accounts, oldest first
        :param account.move.line debts: these do not count
        :return: ``(credit, balance, amount_currency)``, positive
        :rtype: list[tuple]
        """
        if not credits:
            return []
        _advance, receivable = self._account_ids(credits.company_id)
        domain = [
            ("account_id", "in", receivable),
            ("amount_residual_currency", ">", 0),
            ("id", "not in", debts.ids if debts else []),
        ]
        owed = defaultdict(float)
        for debt in self._open_items(credits.partner_id, credits.company_id, domain):
            owed[self._purse(debt)] += debt.amount_residual_currency
        shares = []
        for credit in credits:
            purse, value = self._purse(credit), -credit.amount_residual
            amount = -credit.amount_residual_currency
            kept = min(owed[purse], amount)
            owed[purse] -= kept
            part = credit.currency_id.round(amount - kept)
            if credit.currency_id.compare_amounts(part, 0) > 0:
                if kept:
                    value = credit.company_currency_id.round(value * part / amount)
                shares.append((credit, value, part))
        return shares

    @api.model
    def _shift(self, credits, debts=None):
        """Move credits beyond the client's debts to ADV: Dr Receivable / Cr ADV, matched.

        Dated when the money was there to be moved.

        :param account.move.line credits: on receivable accounts, oldest first
        :param account.move.line debts: as if these were not there
        """
        shares = self._beyond_debts(credits, debts)
        if not shares:
            return
        lines = self._timelines(credits, self._account_ids(credits.company_id)[1])
        for debt in debts or ():
            if line := lines.get(self._purse(debt)):
                line.take(debt.date, -debt.amount_residual_currency)
        vals_list = []
        for share in shares:
            credit, _value, amount = share
            line = lines[self._purse(credit)]
            day = line.first_day(credit.date, amount - credit.currency_id.rounding / 2)
            line.take(day, amount)
            account = credit.company_id._prepaid_get("prepaid_advance_account_id")
            vals_list.append(self._prepare_shift([share], account, day))
        self._vat_receive(self._post_shifts(vals_list, shares))

    @api.model
    @operation
    def _to_balance(self, note, day):
        """Put what is open of a credit note on the client's balance: Dr Receivable / Cr ADV.

        :param account.move note: posted credit note
        :return: the posted entry
        """
        credits = note.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        account = note.company_id._prepaid_get("prepaid_advance_account_id")
        shares = [(c, -c.amount_residual, -c.amount_residual_currency) for c in credits]
        entry = self._post_shifts([self._prepare_shift(shares, account, day)], shares)
        self._vat_receive(entry)
        return entry

    @api.model
    def _prepare_shift(self, shares, account, day):
        """Return the values of the entry that moves open credits of one document.

        :param list[tuple] shares: ``(credit, balance, amount_currency)``, positive
        :param account.account account: customer prepayments
        """
        document, currency = shares[0][0].move_id, shares[0][0].currency_id
        lines = []
        for credit, value, amount in shares:
            payer = credit.partner_id
            lines += [
                self._prepare_line(payer, credit.account_id, currency, value, amount),
                self._prepare_line(payer, account, currency, -value, -amount),
            ]
        ref = self.env._("Returned to the client balance: %(entry)s", entry=document.name)
        vals = self._prepare_entry(document.company_id, day, ref, "return", lines)
        return {**vals, "currency_id": currency.id}

    @api.model
    def _post_shifts(self, vals_list, shares):
        """Post entries of :meth:`_prepare_shift`, in the order of their shares, and match them."""
        entries = self._post_entries(vals_list)
        taken = entries.line_ids.sorted("id")[::2]
        plan = [line + share[0] for line, share in zip(taken, shares, strict=True)]
        self.env["account.move.line"].sudo()._reconcile_plan(plan)
        return entries

    # ----------------------------------------------------------------------------------
    # Match
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _net(self, partners, companies):
        """Match what left customer prepayments with what is there, as far as it goes.

        :param res.partner partners: clients or payers
        :param res.company companies: whose branches and parents share the money
        """
        self._match(self._open_debits(partners, companies))

    @api.model
    def _match(self, debits):
        """Match debits on customer prepayments with what they came from, then the oldest advances.

        VAT of the part that left is released with it.

        :param account.move.line debits: posted lines on customer prepayments accounts
        """
        if not debits:
            return
        self._touch(debits.partner_id)
        credits = self._open_credits(debits.partner_id, debits.company_id)
        credits, _held = self._vat_spendable(debits, credits, {})
        by_purse = credits.grouped(self._purse)
        for debit in debits:
            # A plan per debit: the next one of the same purse must see what is left
            ours = by_purse.get(self._purse(debit), credits.browse())
            source = ours & debit.payment_id.source_payment_id.move_id.line_ids
            for group in (source, ours - source):
                group = group.filtered(lambda line: not line.reconciled)
                if group and not debit.reconciled:
                    (debit + self._brought_together(debit, group)).reconcile()

    # ----------------------------------------------------------------------------------
    # When
    # ----------------------------------------------------------------------------------

    @api.model
    def _timelines(self, credits, account_ids):
        """Return how much of the purses of credits was there, from the first of them on.

        :param account.move.line credits: posted, on one kind of account
        :param list account_ids: all accounts of that kind
        :return: purse, see :meth:`_purse` -> level in its currency, VAT included
        :rtype: dict
        """
        self.env["account.move.line"].flush_model()
        total = SQL("NULL::date"), SQL("amount_residual_currency"), SQL("reconciled IS NOT TRUE")
        later = SQL("line.date > %s", min(credits.mapped("date")))
        changes = SQL("line.date"), SQL("amount_currency"), later
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                self._changes_sql(credits, account_ids, *part) for part in (total, changes)
            )
        )
        return self._to_timelines(rows)

    @api.model
    def _changes_sql(self, credits, account_ids, day, amount, where):
        """Return what came to the purses of credits by day, VAT included, as credits count.

        :param SQL day: of a row
        :param SQL amount: column of the journal items, in their currency
        :param SQL where: condition over ``line``
        """
        return SQL(
            """
            SELECT client.commercial_partner_id, root.id, line.currency_id, %(day)s,
                   -SUM(line.%(amount)s
                        * (1 + COALESCE(line.prepaid_vat / NULLIF(line.balance, 0), 0)))
              FROM account_move_line line
              JOIN res_partner client ON client.id = line.partner_id
              JOIN res_company company ON company.id = line.company_id
              JOIN res_company root ON root.id = SPLIT_PART(company.parent_path, '/', 1)::int
             WHERE line.account_id IN %(accounts)s AND line.parent_state = 'posted'
               AND client.commercial_partner_id IN %(payers)s
               AND line.company_id IN %(companies)s AND %(where)s
          GROUP BY 1, 2, 3, 4
            """,
            day=day,
            amount=amount,
            accounts=(*account_ids, 0),
            payers=tuple(credits.partner_id.commercial_partner_id.ids),
            companies=tuple(credits.company_id._prepaid_family().ids),
            where=where,
        )

    @api.model
    def _to_timelines(self, rows):
        """Return a timeline for each purse in rows of (payer, root, currency, day, change)."""
        Partner, Company = self.env["res.partner"].sudo(), self.env["res.company"].sudo()
        totals, changes = defaultdict(float), defaultdict(list)
        for payer, root, currency, day, change in rows:
            currency = self.env["res.currency"].browse(currency)
            purse = Partner.browse(payer), Company.browse(root), currency
            if day:
                changes[purse].append((day, float(change)))
            else:
                totals[purse] += float(change)
        return {purse: Timeline(total, changes[purse]) for purse, total in totals.items()}
