import math

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...door import Own, operation
from ...exceptions import ClientBusyError
from .in_line import is_overtaking

#: Larger amounts lose cents in a float
AMOUNT_LIMIT = 10**12


class PrepaidLedger(models.AbstractModel):
    """The ledger operations: the only code that makes journal entries and payments.

    Every feature is composed of *take*, *give back*, *invoice*, *apply* (and *earn*). They take
    values and return records, in batches, and know nothing of bookings or packages.

    They run as superuser on purpose: the front desk takes money and finishes visits without any
    accounting right and cannot reach journal entries otherwise. Callers check who may call.
    """

    _name = "prepaid.ledger"
    _description = "Ledger of Clients' Money"

    # ----------------------------------------------------------------------------------
    # Concurrency
    # ----------------------------------------------------------------------------------

    @api.model
    def _touch(self, partners):
        """Make everybody who checks and then spends money of these clients wait in line.

        Updating the row (a lock alone does not help) makes a second transaction, whose snapshot
        is older, fail; the server repeats it and it sees fresh data. Public methods that spend
        wait for their turn first; see ``in_line``.

        :param res.partner partners: clients or their payers
        :raise ClientBusyError: another transaction moved their money since this one began
        """
        ids = partners.commercial_partner_id.ids
        if not ids:
            return
        touch = SQL(
            """
            UPDATE res_partner SET color = color WHERE id IN (
                SELECT id FROM res_partner WHERE id IN %s ORDER BY id FOR NO KEY UPDATE
            )
            """,
            tuple(ids),
        )
        busy = ClientBusyError(
            self.env._(
                "Somebody else is booking or taking money for this client right now. "
                "Try again in a moment."
            ),
            ids,
        )
        if is_overtaking(self.env, ids):
            raise busy
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(touch, log_exceptions=False)
        except (SerializationFailure, DeadlockDetected) as error:
            raise busy from error

    # ----------------------------------------------------------------------------------
    # Take and give back
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _take(self, vals_list, debts_first=True):
        """Take advances: Dr Bank / Cr Customer prepayments.

        :param list[dict] vals_list: ``partner_id``, ``journal_id``, ``amount`` (journal
            currency), ``date`` and optionally ``memo``, ``prepaid_reference``, ``company_id``
        :param bool debts_first: whether the money may pay old debts (if the company wants it)
        :return: posted payments
        :raise UserError: the date is locked
        """
        return self._move_money("inbound", vals_list, debts_first)

    @api.model
    @operation
    def _give_back(self, vals_list):
        """Give advances back: Dr Customer prepayments / Cr Bank, matched with the oldest advances.

        :param list[dict] vals_list: as in :meth:`_take`
        :return: posted payments
        :raise UserError: more than the open advances, or the date is locked
        """
        self._gather_for(vals_list)
        payments = self._move_money("outbound", vals_list, debts_first=False)
        debits = payments.move_id.line_ids.filtered(
            lambda line: line.account_id in payments.destination_account_id
        )
        self._match_advances(debits)
        return payments

    @api.model
    def _move_money(self, payment_type, vals_list, debts_first):
        """Create and post flagged payments of one direction."""
        vals_list = [
            {
                "payment_type": payment_type,
                "partner_type": "customer",
                "prepaid_topup": True,
                **vals,
            }
            for vals in vals_list
        ]
        payments = self.env["account.payment"].sudo()
        payments = payments.with_context(
            force_payment_move=True, prepaid_debts_first=Own(debts_first)
        ).create(vals_list)
        for payment in payments:
            self._check_open(payment.company_id, payment.journal_id, payment.date)
        payments.action_post()
        return payments

    # ----------------------------------------------------------------------------------
    # Invoice and credit
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _invoice(self, vals_list, from_balance=False):
        """Create and post customer invoices: Dr Receivable / Cr Income (and VAT).

        :param list[dict] vals_list: values of ``account.move``
        :param bool from_balance: deduct advances that have an advance invoice on the document
        :return: posted invoices, in the order of the values
        """
        if from_balance:
            self._gather_for(vals_list)
        invoices = self.env["account.move"].sudo()
        invoices = invoices.create([{"move_type": "out_invoice", **vals} for vals in vals_list])
        if from_balance:
            self._vat_deduct(invoices)
        invoices._post(soft=False)
        return invoices

    @api.model
    @operation
    def _credit(self, invoices, reason):
        """Cancel invoices with credit notes; what was paid from the balance returns to it.

        Of an invoice that was credited in part before, only the rest is credited.

        :param account.move invoices: posted invoices
        :param str reason: shown on the credit notes
        :return: posted credit notes
        """
        credited = invoices.sudo().filtered(lambda m: m._prepaid_credit_notes())
        whole = invoices.sudo() - credited
        notes = whole._reverse_moves(self._prepare_credits(whole, reason), cancel=True)
        for invoice, vals in zip(credited, self._prepare_credits(credited, reason), strict=True):
            notes += self._credit_rest(invoice, vals)
        return notes

    # ----------------------------------------------------------------------------------
    # Write off
    # ----------------------------------------------------------------------------------

    @api.model
    @operation
    def _write_off(self, vals_list):
        """Turn unclaimed advances into income: Dr Customer prepayments / Cr Other income.

        Only by an explicit act: what must be handed to the state stays a liability (IFRS 15.B47).

        :param list[dict] vals_list: ``company_id`` (record), ``partner_id`` (record),
            ``amount`` (company currency), ``date``, ``memo``
        :return: posted entries
        """
        moves_vals = []
        for vals in vals_list:
            company, partner, amount = vals["company_id"], vals["partner_id"], vals["amount"]
            self._gather(partner, company)
            self._check_open(company, company._prepaid_get("prepaid_journal_id"), vals["date"])
            income = company._prepaid_get("prepaid_other_income_account_id")
            lines = self._prepare_balance_write_off_lines(partner, company, amount)
            total = company.currency_id.round(sum(line["balance"] for line in lines))
            lines.append(self._prepare_line(partner, income, company.currency_id, -total))
            moves_vals.append(
                self._prepare_entry(company, vals["date"], vals["memo"], "write_off", lines)
            )
        moves = self._post_entries(moves_vals)
        debits = moves.line_ids.filtered(lambda line: line.balance > 0)
        taxed = debits.filtered("prepaid_vat")
        self.env["account.move.line"].sudo()._reconcile_plan(
            [line + line.prepaid_vat_line_id for line in taxed]
        )
        self._match_advances(debits - taxed)
        return moves

    # ----------------------------------------------------------------------------------
    # Entries
    # ----------------------------------------------------------------------------------

    @api.model
    def _prepare_entry(self, company, day, ref, kind, lines):
        """Return the values of an entry in the prepayments journal.

        :param date day: moved to the first open day when locked
        :param str kind: ``prepaid_kind`` of the entry
        :param list[dict] lines: values from :meth:`_prepare_line`
        """
        journal = company._prepaid_get("prepaid_journal_id")
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": journal.id,
            "date": company._prepaid_open_date(journal, day),
            "ref": ref,
            "prepaid_kind": kind,
            "partner_id": lines[0]["partner_id"],
            "line_ids": [(0, 0, {**line, "name": ref}) for line in lines],
        }

    @api.model
    def _prepare_line(self, partner, account, currency, balance, amount_currency=None):
        """Return the complete values of a journal item, so that nothing is computed for it."""
        return {
            "partner_id": partner.id,
            "account_id": account.id,
            "currency_id": currency.id,
            "balance": balance,
            "amount_currency": balance if amount_currency is None else amount_currency,
            "tax_ids": [],
            "analytic_distribution": {},
        }

    @api.model
    def _post_entries(self, vals_list):
        """Create and post entries of complete values; silent unless an audit trail is wanted."""
        companies = self.env["res.company"].browse({vals["company_id"] for vals in vals_list})
        quiet = not any(companies.sudo().mapped("restrictive_audit_trail"))
        moves = self.env["account.move"].sudo()
        moves = moves.with_context(skip_invoice_sync=True, tracking_disable=quiet).create(vals_list)
        moves._post(soft=False)
        return moves

    # ----------------------------------------------------------------------------------
    # Checks
    # ----------------------------------------------------------------------------------

    @api.model
    def _check_amount(self, amount, currency):
        """Refuse an amount of money that cannot be booked as it is.

        :param float amount: in ``currency``
        :raise UserError: not a number, not positive, too large, or finer than the currency
        """
        if not self._is_number(amount):
            raise UserError(self.env._("The amount must be a number."))
        if amount >= AMOUNT_LIMIT:
            raise UserError(self.env._("The amount is too large. Check the number of digits."))
        if amount <= 0 or currency.is_zero(amount):
            raise UserError(self.env._("The amount must be greater than zero."))
        if abs(currency.round(amount) - amount) > currency.rounding / 1000:
            raise UserError(
                self.env._(
                    "The amount %(amount)s is more precise than %(currency)s allows. "
                    "Round it to %(rounding)s.",
                    amount=amount,
                    currency=currency.name,
                    rounding=currency.rounding,
                )
            )

    @api.model
    def _is_number(self, amount):
        """Return whether an argument from outside is a number, and not a text or a yes."""
        if isinstance(amount, float):
            return math.isfinite(amount)
        return isinstance(amount, int) and not isinstance(amount, bool)

    @api.model
    def _check_not_negative(self, amount, label):
        """Refuse a price or limit that is not an amount of money, zero included.

        :raise UserError: names the field
        """
        if amount and not (self._is_number(amount) and 0 <= amount < AMOUNT_LIMIT):
            raise UserError(
                self.env._(
                    "%(field)s must be an amount of money, zero or more, not %(amount)s.",
                    field=label,
                    amount=amount,
                )
            )

    @api.model
    def _check_open(self, company, journal, day):
        """Refuse a date in a closed period: money is booked on the day it really moved.

        :raise UserError: names the lock and the first open day
        """
        first_open = company._prepaid_open_date(journal, day)
        if first_open != day:
            raise UserError(
                self.env._(
                    "The date %(date)s is in a closed period. Use %(open)s or later, "
                    "or ask the accountant to open the period.",
                    date=day,
                    open=first_open,
                )
            )
