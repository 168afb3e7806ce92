from odoo import fields, models

from ...door import telling


class AccountMove(models.Model):
    """Invoices that were written off, and what gives them back their debt."""

    _inherit = "account.move"

    prepaid_kind = fields.Selection(
        selection_add=[
            ("bad_debt", "Debt Written Off"),
            ("bad_debt_return", "Write-off Taken Back"),
        ]
    )
    prepaid_written_off = fields.Boolean(
        "Written Off",
        copy=False,
        readonly=True,
        help="What was open was written off. Odoo calls the invoice paid; nobody paid it.",
        groups="base.group_user",
    )
    prepaid_loss_as_of = fields.Date(
        "Expected Loss as of",
        copy=False,
        readonly=True,
        help="The entry brings the allowance for doubtful debts to what was expected on this day.",
        groups="base.group_user",
    )

    def _prepaid_losses(self):
        """Return the posted write-offs among these entries that were not taken back."""
        return self.sudo().filtered(
            lambda m: (
                m.prepaid_kind == "bad_debt"
                and m.state == "posted"
                and not m.reversal_move_ids.filtered(lambda r: r.state == "posted")
            )
        )

    def _prepaid_return(self):
        """Extend: a write-off that lost its matching is taken back, the invoice is open again."""
        res = super()._prepaid_return()
        losses = self._prepaid_losses()
        if losses:
            losses._reverse_moves(losses._prepaid_return_defaults(), cancel=True)
        self.sudo()._prepaid_unflag()
        return res

    def _prepaid_return_defaults(self):
        """Return the values of the entries that take write-offs back, on the first open day."""
        return [
            {
                "date": move.company_id._prepaid_open_date(
                    move.journal_id, max(move.date, move.company_id._prepaid_today())
                ),
                "ref": self.env._("Write-off taken back: %(entry)s", entry=move.name),
            }
            for move in self
        ]

    def _prepaid_flag_written_off(self):
        """Flag what a write-off has closed: with something still open it is a debt like others."""
        closed = self.filtered(
            lambda m: m.is_invoice(include_receipts=True)
            and m.currency_id.is_zero(m.amount_residual)
        )
        closed.prepaid_written_off = True

    def _prepaid_unflag(self):
        """An invoice with something open is not written off any more."""
        for invoice in self.filtered("prepaid_written_off"):
            if not invoice.currency_id.is_zero(invoice.amount_residual):
                invoice.prepaid_written_off = False

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: reversing a write-off opens its invoices exactly once."""
        losses = self._prepaid_losses()
        if not losses:
            return super()._reverse_moves(default_values_list, cancel)
        invoices = losses.line_ids.matched_debit_ids.debit_move_id.move_id
        self = telling(self, prepaid_returning=True)  # noqa: PLW0642
        reverse_moves = super()._reverse_moves(default_values_list, cancel)
        returns = reverse_moves.filtered(lambda m: m.reversed_entry_id in losses)
        returns.prepaid_kind = "bad_debt_return"
        invoices._prepaid_unflag()
        return reverse_moves
