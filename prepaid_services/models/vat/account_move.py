from odoo import fields, models
from odoo.exceptions import UserError

from ...door import telling


class AccountMove(models.Model):
    """Where the VAT on advances hooks into documents: posting, draft, reversal."""

    _inherit = "account.move"

    prepaid_kind = fields.Selection(
        selection_add=[
            ("advance", "Advance Invoice"),
            ("advance_credit", "Advance Invoice Credited"),
            ("vat", "VAT on Advance"),
            ("vat_release", "VAT on Advance Released"),
        ],
    )

    def _post(self, soft=True):
        """Override of `account`: VAT of new advances; items of taxed advances find each other."""
        posted = super()._post(soft)
        documents = posted.filtered(lambda m: m.move_type in ("out_invoice", "out_refund"))
        documents.sudo()._prepaid_vat_note()
        self.env["prepaid.ledger"]._vat_receive(posted.sudo()._prepaid_new_money())
        return posted

    def _prepaid_taxed_advance_lines(self):
        """Return the items of documents that book a taxed advance: net of its VAT."""
        return self.line_ids.filtered(
            lambda line: (
                line.tax_ids
                and line.account_id.account_type in ("liability_current", "liability_non_current")
                and line.account_id in line.company_id._prepaid_advance_accounts()
            )
        )

    def _prepaid_vat_note(self):
        """Note the VAT of taxed advances, and match deductions and credits with what they use.

        :raise UserError: an advance that a document deducts is not open any more
        """
        lines = self._prepaid_taxed_advance_lines()
        for line in lines.filtered("price_subtotal"):
            share = (line.price_total - line.price_subtotal) / line.price_subtotal
            line.prepaid_vat = line.company_currency_id.round(line.balance * share)
            line.prepaid_vat_policy = "advance_invoice"
        for line in lines.filtered(lambda line: line.balance > 0):
            line._prepaid_vat_match()
        lines._prepaid_vat_give_back()

    def button_draft(self):
        """Override of `account`: a deduction in draft deducts nothing, money in draft is none."""
        res = super().button_draft()
        documents = self.filtered(lambda m: m.move_type in ("out_invoice", "out_refund"))
        lines = documents.sudo()._prepaid_taxed_advance_lines()
        lines.remove_move_reconcile()
        money = self.sudo()._prepaid_new_money()._prepaid_advance_lines()
        money = money.filtered("prepaid_vat_policy")
        self.env["prepaid.ledger"]._vat_follow(money)
        money.prepaid_vat_policy = False
        return res

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: an advance invoice that was used is not reversed as a whole."""
        advances = self.filtered(lambda m: m.prepaid_kind == "advance")
        if not advances:
            return super()._reverse_moves(default_values_list, cancel)
        used = advances.sudo()._prepaid_taxed_advance_lines().matched_debit_ids
        if cancel and used:
            raise UserError(
                self.env._(
                    "The advance of %(invoice)s was used already. Take back what used it first, "
                    "or pay the rest back: a credit note for the rest is made then.",
                    invoice=", ".join(used.credit_move_id.move_id.mapped("name")),
                )
            )
        moves = telling(self, prepaid_vat_crediting=True)
        reverse_moves = super(AccountMove, moves)._reverse_moves(default_values_list, cancel)
        reverse_moves.filtered(
            lambda m: m.reversed_entry_id in advances
        ).prepaid_kind = "advance_credit"
        return reverse_moves
