from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...door import public
from ...exceptions import check_one
from ..client.res_partner import MONEY_GROUPS

STATES = [
    ("requested", "Requested"),
    ("done", "Written Off"),
    ("refused", "Refused"),
    ("taken_back", "Taken Back"),
]
#: What a decision is about
DECIDED = {"amount_asked", "collection_id", "date", "invoice_ids", "method", "partner_id", "reason"}


class PrepaidWriteOff(models.Model):
    """A debt nobody will pay: asked for with a reason, approved by another role, sometimes paid.

    The front desk may ask; only a manager or an accountant approves. Nothing is booked before.
    """

    _name = "prepaid.write.off"
    _inherit = ["prepaid.debt.mixin", "mail.thread"]
    _description = "Write-off of a Debt"
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    state = fields.Selection(
        STATES, required=True, readonly=True, default="requested", tracking=True, copy=False
    )
    reason = fields.Char(required=True, tracking=True)
    date = fields.Date(
        "Book on",
        required=True,
        default=lambda self: self.env.company._prepaid_today(),
        help="The day of the entry. It must be in an open period.",
    )
    method = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]
            ._fields["prepaid_write_off_method"]
            ._description_selection(self.env)
        ),
        required=True,
        default=lambda self: self.env.company.root_id.sudo().prepaid_write_off_method or "expense",
    )
    amount_asked = fields.Monetary(
        "Only This Amount",
        copy=False,
        tracking=True,
        help="In company currency; the oldest debts first. Empty: all that is open.",
    )
    amount = fields.Monetary("Written Off Amount", readonly=True, copy=False)
    decided_by = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    move_ids = fields.Many2many(
        "account.move",
        "prepaid_write_off_move_rel",
        string="Entries",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    payment_ids = fields.One2many(
        "account.payment", "prepaid_write_off_id", "Recovered Payments", groups=MONEY_GROUPS
    )
    amount_recovered = fields.Monetary(
        "Recovered", compute="_compute_amount_recovered", compute_sudo=True
    )
    collection_id = fields.Many2one("prepaid.collection", readonly=True)

    def write(self, vals):
        """Override: what somebody has decided on stays as it was then.

        :raise UserError: the debt is written off, or was
        """
        if DECIDED & set(vals) and not self.env.su:
            for write_off in self:
                write_off._check_state("requested", "refused")
        return super().write(vals)

    @api.depends("payment_ids.move_id.state", "payment_ids.move_id.amount_total_signed")
    def _compute_amount_recovered(self):
        """Money that came after the write-off, in company currency."""
        for write_off in self:
            moves = write_off.payment_ids.move_id.filtered(lambda m: m.state == "posted")
            write_off.amount_recovered = sum(moves.mapped("amount_total_signed"))

    @api.constrains("amount_asked")
    def _check_amount_asked(self):
        """A part is more than nothing, and not more than the whole."""
        for write_off in self.filtered(lambda w: w.state == "requested" and w.amount_asked):
            asked, currency = write_off.amount_asked, write_off.currency_id
            if asked < 0 or currency.compare_amounts(asked, write_off.amount_open) > 0:
                raise ValidationError(
                    self.env._(
                        "Only %(open)s is open: write off a part of it, or leave the amount empty.",
                        open=currency.format(write_off.amount_open),
                    )
                )

    # ----------------------------------------------------------------------------------
    # Decision
    # ----------------------------------------------------------------------------------

    @public
    def action_approve(self):
        """Book the write-off of what is open and flag the invoices. Twice does nothing.

        :return: True
        :raise UserError: nothing is open any more, or the period is closed
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_decides()
        self.env["prepaid.ledger"]._touch_rows(self)
        for write_off in self.sudo().filtered(lambda w: w.state != "done"):
            write_off._check_state("requested", "refused")
            moves = write_off._book()
            write_off.write(
                {"amount": write_off._lost(moves), "move_ids": [(6, 0, moves.ids)]}
                | self._decision("done")
            )
        return True

    @public
    def action_refuse(self):
        """Leave the debt as it is. Refusing twice does nothing.

        :return: True
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_decides()
        for write_off in self.sudo().filtered(lambda w: w.state != "refused"):
            write_off._check_state("requested")
            write_off.write(self._decision("refused"))
        return True

    @public
    def action_take_back(self):
        """Reverse the write-off: the invoices are open again and reminders go on.

        :return: True
        :raise UserError: money was recovered on it already
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_decides()
        self.env["prepaid.ledger"]._touch_rows(self)
        for write_off in self.sudo().filtered(lambda w: w.state != "taken_back"):
            write_off._check_state("done")
            if not write_off.currency_id.is_zero(write_off.amount_recovered):
                raise UserError(
                    self.env._(
                        "%(amount)s of this debt was recovered already. Cancel that payment first.",
                        amount=write_off.currency_id.format(write_off.amount_recovered),
                    )
                )
            open_moves = write_off.move_ids.filtered(lambda m: not m.reversal_move_ids)
            open_moves._reverse_moves(open_moves._prepaid_return_defaults(), cancel=True)
            write_off.write(self._decision("taken_back"))
        return True

    @public
    def recover(self, amount, journal_id, date=False, memo="", reference=""):
        """Book money that came in for a debt after it was written off: Dr Bank / Cr Bad debts.

        :param float amount: in the journal's currency, greater than zero
        :param int journal_id: bank, cash or credit card journal that receives the money
        :param date: local date as ``YYYY-MM-DD`` or date; today at the company by default
        :param str memo: shown on the payment
        :param str reference: idempotency key; the same one twice returns the first payment
        :return: id of the payment
        :rtype: int
        :raise UserError: bad amount, journal or date; the debt is not written off; or its tax was
            given back, so that the invoice has to be opened again first
        :raise AccessError: the caller is neither front desk nor accountant
        """
        check_one(self)
        self.check_access("read")
        Partner = self.partner_id.with_company(self.company_id)
        Partner._prepaid_check_money_group()
        write_off = self.sudo()
        write_off._check_state("done")
        write_off._check_recoverable()
        vals = Partner._prepare_payment_vals(amount, journal_id, date, memo, reference)
        first = Partner._prepaid_find_payment("inbound", vals)
        if first:
            return first.id
        payment = self.env["prepaid.ledger"]._recover(
            [{**vals, "prepaid_write_off_id": self.id, "memo": memo or write_off.reason}]
        )
        return payment.id

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _check_decides(self):
        """Refuse callers that decide on no debts.

        :raise AccessError: the caller is neither manager nor accountant
        """
        self.check_access("read")
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers and accountants decide on write-offs."))

    def _check_state(self, *states):
        """Refuse what cannot follow the present state."""
        self.ensure_one()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "The write-off of %(client)s is %(state)s already.",
                    client=self.partner_id.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )

    def _check_recoverable(self):
        """Tax that was given back is owed again: only the invoice itself can do that."""
        if self.method == "credit_note":
            raise UserError(
                self.env._(
                    "The tax of this debt was given back by a credit note. Take the write-off "
                    "back, and register the payment on the invoice."
                )
            )

    def _decision(self, state):
        """Return the values that say who decided what, and when."""
        return {
            "state": state,
            "decided_by": self.env.uid,
            "decided_on": fields.Datetime.now(),
        }

    def _book(self):
        """Book the loss of what is open, with the method that was chosen.

        :return: entries and credit notes
        :raise UserError: nothing is open
        """
        self.ensure_one()
        debts = self._chosen_debts()
        if not debts:
            raise UserError(self.env._("Nothing is open any more: there is nothing to write off."))
        ledger, account = self.env["prepaid.ledger"], self._loss_account()
        memo = self.env._("Debt written off: %(reason)s", reason=self.reason)
        moves, parts = self.env["account.move"], self._parts(debts)
        lines = self.env["account.move.line"].union(*parts)
        lines._prepaid_end_plans()
        taxed = lines.filtered(lambda line: self._gives_tax_back(line.move_id))
        for invoice, own in taxed.grouped("move_id").items():
            amount = sum(parts[line][1] for line in own)
            moves += ledger._credit_debt(invoice, amount, account, self.date, memo)
        others = (lines - taxed).grouped(lambda line: (line.company_id, line.partner_id))
        for own in others.values():
            share = {line: parts[line] for line in own}
            moves += ledger._write_off_debts(share, account, self.date, memo)
        return moves

    def _gives_tax_back(self, document):
        """Return whether a debt is lost by a credit note: only sales have tax to give back."""
        return self.method == "credit_note" and document.is_sale_document(include_receipts=True)

    def _parts(self, debts):
        """Return how much of each open item is written off, the oldest ones first.

        :param account.move.line debts: oldest first
        :return: journal item -> amount in company currency, and in its own
        :rtype: dict
        """
        currency, parts = self.currency_id, {}
        left = self.amount_asked or sum(debts.mapped("amount_residual"))
        for line in debts:
            part, own = line.amount_residual, line.amount_residual_currency
            if currency.compare_amounts(part, left) > 0:
                part, own = left, line.currency_id.round(own * left / part)
            left -= part
            if not currency.is_zero(part):
                parts[line] = part, own
        return parts

    def _loss_account(self):
        """Return what bears the loss."""
        role = "allowance" if self.method == "allowance" else "bad_debt"
        return self.company_id._prepaid_get(f"prepaid_{role}_account_id")

    def _lost(self, moves):
        """Return how much was written off, in company currency."""
        accounts = self.env["prepaid.reminder"]._debt_accounts(self.company_id)
        lines = moves.line_ids.filtered(lambda line: line.account_id.id in accounts)
        return -sum(lines.mapped("balance"))


class AccountPayment(models.Model):
    _inherit = "account.payment"

    prepaid_write_off_id = fields.Many2one(
        "prepaid.write.off", readonly=True, copy=False, index="btree_not_null"
    )
