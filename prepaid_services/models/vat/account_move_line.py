from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...door import public
from .res_company import POLICIES


class AccountMoveLine(models.Model):
    """What a journal item has to do with VAT on advances.

    Each advance keeps the policy it was received under, whatever the company chooses later.
    """

    _inherit = "account.move.line"

    prepaid_vat_policy = fields.Selection(
        POLICIES,
        "VAT on the Advance",
        copy=False,
        readonly=True,
        help="How the VAT of this advance is handled: as the company had it when the money came.",
        groups="base.group_user",
    )
    prepaid_vat = fields.Monetary(
        "VAT of the Advance",
        currency_field="company_currency_id",
        copy=False,
        readonly=True,
        help="For an item of a taxed document on customer prepayments: its VAT, which belongs to "
        "the client's money but is not in the balance of the item. The same sign as the balance.",
        groups="base.group_user",
    )
    prepaid_vat_line_id = fields.Many2one(
        "account.move.line",
        "Of the Advance",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The advance whose VAT this item accrues, releases or deducts.",
        groups="base.group_user",
    )
    prepaid_vat_use_id = fields.Many2one(
        "account.move.line",
        "Released by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The use of the advance that released this VAT.",
        groups="base.group_user",
    )
    prepaid_vat_error = fields.Char(
        "No VAT because", copy=False, readonly=True, groups="base.group_user"
    )

    # Open advances whose VAT the night looks for
    _prepaid_vat_policy_idx = models.Index(
        "(company_id, account_id, date) WHERE prepaid_vat_policy IS NOT NULL "
        "AND prepaid_vat_policy != 'on_invoice' AND reconciled IS NOT TRUE"
    )

    def _prepaid_vat_policy_now(self):
        """Return the policy for an advance that is received now."""
        self.ensure_one()
        root = self.company_id.root_id.sudo()
        if not root.prepaid_vat_since or self.date < root.prepaid_vat_since:
            return "on_invoice"
        payment = self.move_id.origin_payment_id
        purpose = payment.prepaid_purpose if payment.prepaid_topup else "balance"
        return root[f"prepaid_vat_{purpose or 'balance'}"] or "on_invoice"

    def _prepaid_vat_open(self):
        """Return the VAT of a taxed document's advance that is not used yet: positive, in
        company currency. Zero for other advances: their VAT is in their balance.
        """
        self.ensure_one()
        if not self.prepaid_vat or self.parent_state != "posted":
            return 0.0
        used = sum(self.matched_debit_ids.debit_move_id.mapped("prepaid_vat"))
        return self.company_currency_id.round(-self.prepaid_vat - used)

    def _prepaid_vat_in_currency(self, vat):
        """Return an amount of VAT of this item in its own currency.

        :param float vat: in company currency
        """
        self.ensure_one()
        if self.currency_id == self.company_currency_id or not self.balance:
            return vat
        return self.currency_id.round(vat * self.amount_currency / self.balance)

    def _prepaid_gross(self):
        """Return what is open of an advance, VAT included, whether it was paid or not.

        :return: in company currency, in the currency of the item
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        vat = self._prepaid_vat_open()
        return (
            self.company_currency_id.round(-self.amount_residual + vat),
            self.currency_id.round(
                -self.amount_residual_currency + self._prepaid_vat_in_currency(vat)
            ),
        )

    def _prepaid_open(self):
        """Return what a client can still spend of an advance; see :meth:`_prepaid_gross`.

        Nothing of an advance invoice that nobody has paid.
        """
        self.ensure_one()
        document = self.move_id
        if self.prepaid_vat and document.move_type == "out_invoice" and document.amount_residual:
            return 0.0, 0.0
        return self._prepaid_gross()

    def _prepaid_vat_match(self):
        """Match an item that deducts or credits a taxed advance with that advance.

        One the add-on wrote knows which; one written by hand takes the oldest of the same tax.

        :raise UserError: the advance is smaller than what is deducted
        """
        self.ensure_one()
        if self.reconciled:
            return  # core matches a credit note with the document it reverses
        known = self.prepaid_vat_line_id
        credited = self.move_id.reversed_entry_id
        if not known and credited.prepaid_kind == "advance":
            known = credited._prepaid_taxed_advance_lines()
        if known:
            (self + known.filtered(lambda line: not line.reconciled)).reconcile()
            if not self.reconciled:
                raise UserError(
                    self.env._(
                        "%(document)s deducts more than is open of the advance %(advance)s. "
                        "Remove or lower its line.",
                        document=self.move_id.name,
                        advance=", ".join(known.move_id.mapped("name")),
                    )
                )
            return
        open_credits = self.env["prepaid.ledger"]._open_credits(self.partner_id, self.company_id)
        same = open_credits.filtered(
            lambda line: (
                line.prepaid_vat
                and line.tax_ids == self.tax_ids
                and line.account_id == self.account_id
                and line.currency_id == self.currency_id
            )
        )
        if same:
            (self + same).reconcile()
            self.prepaid_vat_line_id = self.matched_credit_ids.credit_move_id[:1]

    def _prepaid_vat_see_to(self):
        """Note the policy of one advance the night found, and do what it asks."""
        self.ensure_one()
        ledger = self.env["prepaid.ledger"]
        ledger._touch(self.partner_id)
        if not self.prepaid_vat_policy:
            self.prepaid_vat_policy = self._prepaid_vat_policy_now()
        ledger._vat_accrue(self)

    @public
    def action_prepaid_vat_retry(self):
        """Try once more to see to the VAT of advances that were set aside.

        :return: True
        :raise UserError: what is still wrong
        :raise AccessError: the caller is no accountant
        """
        if not (self.env.su or self.env.user.has_group("account.group_account_invoice")):
            raise AccessError(self.env._("Only accountants book the VAT of advances."))
        self.check_access("write")
        for line in self.sudo().filtered("prepaid_vat_error"):
            line.prepaid_vat_error = False
            line._prepaid_vat_see_to()
        return True

    def _reconcile_plan(self, reconciliation_plan):
        """Override of `account`: the VAT of an advance follows its use."""
        res = super()._reconcile_plan(reconciliation_plan)
        self.env["prepaid.ledger"]._vat_follow(self._prepaid_flatten(reconciliation_plan))
        return res

    def _prepaid_vat_give_back(self):
        """Note whose VAT is open again after a credit note took a deduction back."""
        for line in self.filtered(lambda line: line.prepaid_vat < 0 and line.reconciled):
            deductions = line.matched_debit_ids.debit_move_id
            if deductions.move_id == line.move_id.reversed_entry_id:
                line.prepaid_vat_line_id = deductions.prepaid_vat_line_id[:1]

    def _prepaid_flatten(self, plan):
        """Return the items of a reconciliation plan: a list of items or of plans."""
        return self.browse().union(
            *(p if isinstance(p, models.Model) else self._prepaid_flatten(p) for p in plan)
        )
