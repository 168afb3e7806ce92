from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ...door import operation


class PrepaidLedger(models.AbstractModel):
    _inherit = "prepaid.ledger"

    @api.model
    @operation
    def _apply(self, debts, credits=None, held=None, since=None):
        """Move advances onto debts: Dr Customer prepayments / Cr Receivable, both sides matched.

        Oldest advance first, in the order of the debts, never more than is there. An advance pays
        debts of its own currency, at the rate it was received (IFRIC 22); an entry is dated when
        both the debt and the money exist. Money that is held for something else stays.

        :param account.move.line debts: posted receivable lines of customers
        :param account.move.line credits: advances to use; by default all that may be spent
        :param dict held: from :meth:`_held`, when the advances are given
        :param date since: when the debts became open again, if they were paid before
        :return: posted applications
        """
        debts = debts.sudo().filtered(
            lambda line: (
                line.amount_residual_currency > 0 and line.account_type == "asset_receivable"
            )
        )
        if not debts:
            return self.env["account.move"]
        self._touch(debts.partner_id)
        if credits is None:
            self._gather(debts.partner_id, debts.company_id, debts)
            credits = self._open_credits(debts.partner_id, debts.company_id)
            held = self._held(debts.partner_id, debts.company_id)
        credits, held = self._vat_spendable(debts, credits.sudo(), held or {})
        shares = self._allocate(debts, credits, held, since)
        groups = [
            (debt, day, group) for (debt, day), group in groupby(shares, lambda share: share[:2])
        ]
        moves = self._post_entries([self._prepare_application(*group) for group in groups])
        plan = []
        for move, (debt, _day, group) in zip(moves, groups, strict=True):
            *used, paid = move.line_ids.sorted("id")
            plan += [line + share[2] for line, share in zip(used, group, strict=True)]
            plan.append(paid + debt)
        self.env["account.move.line"].sudo()._reconcile_plan(plan)
        return moves

    @api.model
    def _held(self, partners, companies):
        """Return how much of the advances must not be spent now. Hook.

        :param res.partner partners: clients or payers
        :param res.company companies: whose branches and parents share the money
        :return: purse, see :meth:`_purse` -> amount in its currency
        """
        return {}

    @api.model
    def _hold_back(self, purses, held):
        """Take what must not be spent out of purses, the newest advances first."""
        for key, left in held.items():
            for entry in reversed(purses.get(key, [])):
                _credit, value, amount = entry
                keep = min(amount, left)
                if keep > 0:
                    entry[1:] = [value - key[2].round(value * keep / amount), amount - keep]
                    left -= keep

    @api.model
    def _free_credits(self, partners, companies):
        """Return the open advances that may be spent, with how much of each, oldest first.

        Not what is held for something else, nor what left the balance and is not matched yet.

        :return: ``(credit, amount)`` with VAT, in the currency of the advance
        :rtype: list[tuple]
        """
        credits = self._open_credits(partners, companies)
        if not credits:
            return []
        held = defaultdict(float, self._held(partners, companies))
        for debit in self._open_debits(partners, companies):
            held[self._purse(debit)] += debit.amount_residual_currency
        purses = defaultdict(list)
        for credit in credits:
            purses[self._purse(credit)].append([credit, *credit._prepaid_open()])
        self._hold_back(purses, held)
        free = [(credit, amount) for each in purses.values() for credit, _value, amount in each]
        return [
            (credit, credit.currency_id.round(amount))
            for credit, amount in free
            if credit.currency_id.compare_amounts(amount, 0) > 0
        ]

    @api.model
    def _allocate(self, debts, credits, held=None, since=None):
        """Share out advances first in, first out.

        :param dict held: from :meth:`_held`
        :param date since: as in :meth:`_apply`
        :return: ``(debt, day, credit, balance, amount_currency)`` in the order of the debts
        """
        purses = defaultdict(list)
        for credit in credits:
            purses[self._purse(credit)].append(
                [credit, -credit.amount_residual, -credit.amount_residual_currency]
            )
        self._hold_back(purses, held or {})
        lines = {}
        if credits:
            lines = self._timelines(credits, self._account_ids(credits.company_id)[0])
        shares = []
        for debt in debts:
            due, currency = debt.amount_residual_currency, debt.currency_id
            for entry in purses[self._purse(debt)]:
                credit, value, amount = entry
                take = min(amount, due)
                if currency.compare_amounts(take, 0) <= 0:
                    continue
                # The last part of an advance takes what is left of its historical value
                last = currency.compare_amounts(take, amount) == 0
                cost = value if last else credit.company_currency_id.round(value * take / amount)
                entry[1:] = [value - cost, amount - take]
                due -= take
                # Not before the money was there, or there again, for good
                line = lines[self._purse(credit)]
                day = max(debt.date, credit.date, since or debt.date)
                day = line.first_day(day, take - currency.rounding / 2)
                line.take(day, take)
                shares.append((debt, day, credit, cost, take))
        return shares

    @api.model
    def _prepare_application(self, debt, day, shares):
        """Return the values of one application: a line per advance used, and the debt paid."""
        payer, currency = debt.partner_id, debt.currency_id
        lines = [
            self._prepare_line(payer, credit.account_id, currency, cost, take)
            for _debt, _day, credit, cost, take in shares
        ]
        total = sum(line["balance"] for line in lines)
        total_currency = sum(line["amount_currency"] for line in lines)
        lines.append(self._prepare_line(payer, debt.account_id, currency, -total, -total_currency))
        ref = self.env._("Paid from the client balance: %(document)s", document=debt.move_id.name)
        return {
            **self._prepare_entry(debt.company_id, day, ref, "application", lines),
            "currency_id": currency.id,
        }

    @api.model
    @operation
    def _match_advances(self, debits):
        """Match debits on customer prepayments with the oldest advances.

        :param account.move.line debits: posted lines on customer prepayments accounts
        :raise UserError: the open advances are smaller
        """
        self._match(debits.filtered(lambda line: not line.reconciled))
        for debit in debits.filtered(lambda line: not line.reconciled):
            raise UserError(
                self.env._(
                    "The balance of %(client)s is smaller than that: %(missing)s is missing.",
                    client=debit.partner_id.display_name,
                    missing=debit.currency_id.format(debit.amount_residual_currency),
                )
            )

    @api.model
    def _brought_together(self, debit, credits):
        """Return the advances that lie on the account of a debit, with what it lacks from others.

        A branch of its own account, or an earlier one: Dr Other account / Cr Account of the debit,
        for no more than is missing, each part at the rate it was received.

        :param account.move.line debit: posted, on a customer prepayments account
        :param account.move.line credits: open advances of the same purse, oldest first
        """
        here = credits.filtered(lambda credit: credit.account_id == debit.account_id)
        payer, currency = debit.partner_id, debit.currency_id
        missing = debit.amount_residual_currency + sum(here.mapped("amount_residual_currency"))
        used, lines = [], []
        for credit in credits - here:
            amount = -credit.amount_residual_currency
            take = min(amount, missing)
            if currency.compare_amounts(take, 0) <= 0:
                break
            value = -credit.amount_residual
            if currency.compare_amounts(take, amount) < 0:
                value = credit.company_currency_id.round(value * take / amount)
            missing -= take
            used.append(credit)
            lines += [
                self._prepare_line(payer, credit.account_id, currency, value, take),
                self._prepare_line(payer, debit.account_id, currency, -value, -take),
            ]
        if not used:
            return here
        ref = self.env._("Moved to the account in use: %(document)s", document=debit.move_id.name)
        day = max(debit.date, *(credit.date for credit in used))
        vals = self._prepare_entry(debit.company_id, day, ref, "moved", lines)
        items = self._post_entries([{**vals, "currency_id": currency.id}]).line_ids.sorted("id")
        plan = [line + credit for line, credit in zip(items[::2], used, strict=True)]
        self.env["account.move.line"].sudo()._reconcile_plan(plan)
        return here + items[1::2]

    @api.model
    @operation
    def _pay_debts_first(self, moves):
        """Let newly received advances pay the oldest open debts of their payers.

        :param account.move moves: just posted; what was paid for a booking is for that booking
        """
        moves = moves.filtered(
            lambda m: (
                m.company_id.root_id.prepaid_debts_first
                and m.origin_payment_id.prepaid_purpose != "deposit"
            )
        )
        credits = moves._prepaid_advance_lines().filtered(
            lambda line: line.amount_residual_currency < 0 and line.partner_id
        )
        if credits:
            debts = self._open_debts(credits.partner_id, credits.company_id)
            self._apply(debts.filtered(lambda line: line._prepaid_is_due()), credits)
