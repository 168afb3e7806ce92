from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a row does to the deferred value of a package: figure -> direction
FIGURES = {"sold": 1, "earned": -1, "broken": -1, "refunded": -1, "transferred": 1}


class PrepaidSubscriptionRow(models.AbstractModel):
    """A fact in the life of a package, written once: a use or a revision.

    The rows are the sub-ledger. Each stands beside the journal entry it made; together they give
    every figure of a package at every date.
    """

    _name = "prepaid.subscription.row"
    _description = "Fact about a Package"
    _order = "date desc, id desc"
    _check_company_auto = True

    subscription_id = fields.Many2one(
        "prepaid.subscription", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sale_currency_id = fields.Many2one(related="subscription_id.sale_currency_id")
    payer_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, help="Whose package it was then."
    )
    date = fields.Date(required=True, readonly=True, help="Local day on which it happened.")
    accounting_date = fields.Date(
        compute="_compute_accounting_date",
        store=True,
        precompute=True,
        help="Day on which it is in the ledger: the first open day when the period was closed.",
    )
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    note = fields.Char("Reason", readonly=True)
    # What it did to the deferred value, in company currency
    amount_sold = fields.Monetary("Sold", readonly=True)
    amount_earned = fields.Monetary("Earned", readonly=True)
    amount_broken = fields.Monetary("Lapsed", readonly=True)
    amount_refunded = fields.Monetary("Refunded", readonly=True)
    amount_transferred = fields.Monetary("Transferred", readonly=True)
    amount_deferred = fields.Monetary(
        "Change of Deferred Value", compute="_compute_amount_deferred", store=True, precompute=True
    )
    # The same in the currency of the sale
    deferred_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")
    earned_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")
    broken_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")

    @api.depends("date", "move_id.date")
    def _compute_accounting_date(self):
        for row in self:
            row.accounting_date = row.sudo().move_id.date or row.date

    @api.depends(*(f"amount_{figure}" for figure in FIGURES))
    def _compute_amount_deferred(self):
        for row in self:
            row.amount_deferred = sum(
                row[f"amount_{figure}"] * sign for figure, sign in FIGURES.items()
            )

    def write(self, vals):
        """Override: rows are never edited, only linked to the journal entry they made.

        Their payer has the items of that entry, which Odoo moves when a client gets a parent.
        """
        open_fields = {"move_id", "accounting_date", "amount_deferred", "payer_id"}
        if not self.env.su or set(vals) - open_fields:
            raise UserError(
                self.env._(
                    "What happened to a package stays on record. Correct it with a new row: "
                    "undo the session, or extend the package."
                )
            )
        return super().write(vals)

    def _link_moves(self, moves):
        """Link rows to the entries they made, one write per entry.

        :param list moves: an entry for each row, or an empty one
        """
        by_move = {}
        for row, move in zip(self, moves, strict=True):
            by_move.setdefault(move, []).append(row.id)
        for move, ids in by_move.items():
            if move:
                self.browse(ids).move_id = move

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What happened to a package stays on record."))
