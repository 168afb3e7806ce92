from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidSubscriptionRefund(models.TransientModel):
    """One question: how does the client get back what is left of a package?"""

    _name = "prepaid.subscription.refund"
    _description = "Refund a Package"
    _inherit = ["prepaid.dialog"]

    subscription_id = fields.Many2one("prepaid.subscription", "Package", required=True)
    method = fields.Selection(
        [
            ("pro_rata", "In proportion to what is left"),
            ("list_price", "Paid less used sessions at the single price"),
        ],
        required=True,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    fee_percent = fields.Float(
        "Cancellation Fee (%)",
        digits=(5, 2),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    preview = fields.Text(compute="_compute_preview")
    payment = fields.Selection(
        [
            ("balance", "To the client's balance"),
            ("money", "Pay out"),
            ("later", "Only the credit note now"),
        ],
        "How",
        required=True,
        default="balance",
    )
    journal_id = fields.Many2one(
        "prepaid.payment.way", "From", domain="[('id', 'in', available_journal_ids)]"
    )
    available_journal_ids = fields.Many2many(
        "prepaid.payment.way", compute="_compute_available_journal_ids"
    )
    reason = fields.Char(required=True)

    @api.depends("subscription_id")
    def _compute_terms(self):
        for wizard in self:
            package = wizard.subscription_id
            agreed = package.refund_policy
            wizard.method = agreed if agreed != "none" else "pro_rata"
            wizard.fee_percent = package.refund_fee_percent

    @api.depends("subscription_id", "method", "fee_percent")
    def _compute_preview(self):
        """Say in plain words what comes back."""
        for wizard in self:
            wizard.preview = wizard.subscription_id.refund_preview(
                wizard.method, wizard.fee_percent
            )["text"]

    @api.depends("subscription_id")
    def _compute_available_journal_ids(self):
        self.available_journal_ids = self.env["res.partner"]._prepaid_money_journals()

    @public
    def action_confirm(self):
        """Refund the package."""
        check_one(self)
        self.subscription_id.refund(
            journal_id=self.journal_id.id if self.payment == "money" else False,
            to_balance=self.payment == "balance",
            method=self.method,
            fee_percent=self.fee_percent,
            reason=self.reason,
        )
        return {"type": "ir.actions.act_window_close"}
