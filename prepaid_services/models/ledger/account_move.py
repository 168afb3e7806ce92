from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import telling, told


class AccountMove(models.Model):
    _inherit = "account.move"

    prepaid_kind = fields.Selection(
        [
            ("application", "Paid from Balance"),
            ("return", "Returned to Balance"),
            ("moved", "Moved to Another Account"),
            ("write_off", "Balance Written Off"),
            ("earning", "Package Revenue"),
            ("correction", "Package Deferred"),
        ],
        "Client Money",
        copy=False,
        readonly=True,
        help="What an entry of the prepayments journal does with a client's money.",
    )
    # Sales are told from package revenue without a look at their entries
    _prepaid_earning_idx = models.Index("(id) WHERE prepaid_kind = 'earning'")

    # ----------------------------------------------------------------------------------
    # Posting, draft, reversal
    # ----------------------------------------------------------------------------------

    def _post(self, soft=True):
        """Override of `account`: a client's balance is one figure, whoever books on it.

        What takes money from it is matched with what is there. New money pays old debts first.
        What an invoice paid from it gives back by a credit note returns to it. Clients' money is
        moved off an archived account, too.
        """
        archived = self.line_ids.account_id.filtered(lambda account: not account.active)
        if archived and archived <= self.company_id._prepaid_kept_accounts():
            self = self.with_context(skip_account_deprecation_check=True)  # noqa: PLW0642
        posted = super()._post(soft)
        ledger, entries = self.env["prepaid.ledger"], posted.sudo()
        lines = entries.filtered(
            lambda m: m.move_type == "entry" and not m.prepaid_kind
        )._prepaid_advance_lines()
        if lines.partner_id and not told(self.env, "prepaid_returning"):
            ledger._net(lines.partner_id, lines.company_id)
        if told(self.env, "prepaid_debts_first", True):
            ledger._pay_debts_first(entries._prepaid_new_money())
        if not told(self.env, "prepaid_note_stays"):
            entries._prepaid_credit_to_balance()
        self.env["res.partner"]._prepaid_forget()
        return posted

    def _prepaid_credit_to_balance(self):
        """Put what credit notes give back on the balance, of invoices that it has paid.

        One that gives all of it back opens the invoice and pays it: nothing was sold any more.
        """
        ledger = self.env["prepaid.ledger"]
        for note in self.filtered(
            lambda m: m.move_type == "out_refund" and m.reversed_entry_id and not m.prepaid_kind
        ):
            invoice = note.reversed_entry_id
            partials = invoice.line_ids.matched_credit_ids
            partials &= invoice._prepaid_applications().line_ids.matched_debit_ids
            if not (note.amount_residual and partials):
                continue
            paid = sum(partials.mapped("debit_amount_currency"))
            if note.currency_id.compare_amounts(note.amount_residual, paid) < 0:
                ledger._to_balance(note, note.date)
            else:
                partials.unlink()
                ledger._match_receivables(note, invoice)

    def _prepaid_new_money(self):
        """Return the entries that may bring new advances: payments, bank lines, manual entries."""
        return self.filtered(
            lambda m: m.move_type == "entry" and not m.prepaid_kind and not m.reversed_entry_id
        )

    def _check_draftable(self):
        """Override of `account`: an application in draft would keep its matching."""
        if any(move.prepaid_kind for move in self):
            raise UserError(
                self.env._(
                    "An entry that moved money from or to a client's balance cannot be reset to "
                    "draft. Remove its payment from the invoice, or reverse the entry."
                )
            )
        return super()._check_draftable()

    def button_draft(self):
        """Override of `account`: money in draft is no money, what it paid is open again."""
        res = super().button_draft()
        moves = self.sudo()
        advances = moves._prepaid_new_money()._prepaid_advance_lines()
        partials = moves.line_ids.matched_debit_ids
        shifted = partials.filtered(lambda p: p.debit_move_id.move_id._prepaid_is_shift())
        payers = (advances | shifted.debit_move_id).partner_id
        advances.remove_move_reconcile()
        shifted.unlink()
        if payers:
            # What was paid out of this money may be there in other money
            self.env["prepaid.ledger"]._net(payers, moves.company_id)
        self.env["res.partner"]._prepaid_forget()
        return res

    def _prepaid_is_shift(self):
        """Return whether an entry has moved open credits to the balance."""
        self.ensure_one()
        return self.prepaid_kind == "return" and not self.reversed_entry_id

    def _prepaid_advance_lines(self):
        """Return the journal items of these entries on customer prepayments accounts."""
        accounts = self.company_id._prepaid_advance_accounts()
        return self.line_ids.filtered(lambda line: line.account_id in accounts)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: reversing an application returns the money exactly once."""
        ours = self.filtered(lambda m: m.prepaid_kind == "application" or m._prepaid_is_shift())
        if not ours:
            return super()._reverse_moves(default_values_list, cancel)
        if cancel:
            ours._prepaid_unspend()
        self = telling(self, prepaid_returning=True)  # noqa: PLW0642
        reverse_moves = super()._reverse_moves(default_values_list, cancel)
        returns = reverse_moves.filtered(lambda m: m.reversed_entry_id in ours)
        returns.prepaid_kind = "return"
        return reverse_moves

    def _prepaid_unspend(self):
        """Take back what has used the money that these entries moved to the balance."""
        shifts = self.sudo().filtered(lambda m: m._prepaid_is_shift())
        uses = shifts.line_ids.matched_debit_ids.debit_move_id.move_id
        uses.filtered(lambda m: m.prepaid_kind == "application")._prepaid_return()

    def _prepaid_return(self):
        """Reverse applications that lost their matching: the money is on the balance again.

        Also what was moved there from the receivable, when its credit is not there any more.
        Dated today, or on the first open day; history stays as it was.
        """
        lost = self.sudo().filtered(lambda m: m._prepaid_has_lost())
        if not lost:
            return
        defaults = [
            {
                "date": move.company_id._prepaid_open_date(
                    move.journal_id, max(move.date, move.company_id._prepaid_today())
                ),
                "ref": self.env._("Returned to the client balance: %(entry)s", entry=move.name),
            }
            for move in lost
        ]
        lost._reverse_moves(defaults, cancel=True)

    def _prepaid_has_lost(self):
        """Return whether an entry that moved money lost a matching that it needs."""
        self.ensure_one()
        if self.state != "posted" or self.reversal_move_ids.filtered(lambda r: r.state == "posted"):
            return False
        if self._prepaid_is_shift():
            taken = self.line_ids.filtered(lambda line: line.balance > 0)
            return not all(taken.mapped("reconciled"))
        return self.prepaid_kind == "application"

    # ----------------------------------------------------------------------------------
    # Payment state and widget
    # ----------------------------------------------------------------------------------

    def _compute_payment_state(self):
        """Override of `account`: an invoice settled by balance and credit note is paid.

        Core takes the application for a part of the reversal, because it is an entry.
        """
        res = super()._compute_payment_state()
        for invoice in self.filtered(
            lambda m: m.payment_state == "reversed" and m.move_type == "out_invoice"
        ):
            if invoice._prepaid_applications():
                invoice.payment_state = "paid"
        return res

    def _prepaid_applications(self):
        """Return the applications that pay these invoices now."""
        partials = self.sudo().line_ids.matched_credit_ids
        return partials.credit_move_id.move_id.filtered(lambda m: m.prepaid_kind == "application")

    def _prepaid_credit_notes(self):
        """Return the posted credit notes of these invoices."""
        return self.reversal_move_ids.filtered(
            lambda m: m.move_type == "out_refund" and m.state == "posted"
        )

    @api.depends("payment_state", "state", "amount_residual")
    def _compute_payments_widget_to_reconcile_info(self):
        """Override of `account`: the client balance is among the outstanding credits."""
        res = super()._compute_payments_widget_to_reconcile_info()
        invoices = self.filtered(
            lambda m: (
                m.move_type == "out_invoice"
                and m.state == "posted"
                and m.payment_state in ("not_paid", "partial")
            )
        )
        for invoice in invoices:
            free = self.env["prepaid.ledger"]._free_credits(
                invoice.commercial_partner_id, invoice.company_id
            )
            content = [
                invoice._prepare_prepaid_credit_vals(line, amount)
                for line, amount in free
                if line.currency_id == invoice.currency_id
            ]
            if content:
                widget = invoice.invoice_outstanding_credits_debits_widget or {
                    "outstanding": True,
                    "move_id": invoice.id,
                    "title": self.env._("Outstanding credits"),
                    "content": [],
                }
                invoice.invoice_outstanding_credits_debits_widget = {
                    **widget,
                    "content": widget["content"] + content,
                }
        return res

    def _prepare_prepaid_credit_vals(self, line, amount):
        """Return one row of the outstanding credits box for an advance.

        :param float amount: what may be spent of it, in its currency
        """
        return {
            "journal_name": self.env._("Client balance: %(document)s", document=line.move_id.name),
            "amount": amount,
            "currency_id": line.currency_id.id,
            "id": line.id,
            "move_id": line.move_id.id,
            "date": fields.Date.to_string(line.date),
            "account_payment_id": line.payment_id.id,
            "move_ref": line.ref or "",
        }

    def js_assign_outstanding_line(self, line_id):
        """Override of `account`: adding the client balance makes an application."""
        credit = self.env["account.move.line"].browse(line_id)
        accounts = self.company_id._prepaid_advance_accounts()
        if credit.account_id not in accounts:
            return super().js_assign_outstanding_line(line_id)
        self.check_access("write")
        ledger, debts = self.env["prepaid.ledger"], self.line_ids
        debts = debts.filtered(lambda line: line.account_type == "asset_receivable")
        ledger._net(credit.partner_id, credit.company_id)
        held = {
            ledger._purse(line): -line.amount_residual_currency - amount
            for line, amount in ledger._free_credits(credit.partner_id, credit.company_id)
            if line == credit
        }
        return ledger._apply(debts, credit, held).ids
