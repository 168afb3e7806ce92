from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one
from ..models.ledger.in_line import in_line


class PrepaidCollect(models.TransientModel):
    """One question: the balance is short for these visits, how is the rest paid?"""

    _name = "prepaid.collect"
    _description = "Finish Visits"
    _inherit = ["prepaid.dialog", "prepaid.journal.mixin"]

    booking_ids = fields.Many2many("prepaid.booking", required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary("Visit", compute="_compute_amounts", compute_sudo=True)
    amount_balance = fields.Monetary(
        "From the Balance", compute="_compute_amounts", compute_sudo=True
    )
    amount_missing = fields.Monetary("Rest", compute="_compute_amounts", compute_sudo=True)
    client_names = fields.Char("Client", compute="_compute_amounts", compute_sudo=True)
    credit_room = fields.Monetary("Credit Left", compute="_compute_amounts", compute_sudo=True)
    method = fields.Selection(
        [
            ("collect", "Collect now"),
            ("credit", "Leave on credit"),
            ("override", "Grant credit as manager"),
        ],
        "The Rest",
        required=True,
        default="collect",
    )
    amount = fields.Monetary(
        "Amount Now",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="Less than the rest leaves the difference on credit.",
    )
    override_reason = fields.Char("Reason")
    is_manager = fields.Boolean(compute="_compute_is_manager")
    several_payers = fields.Boolean(compute="_compute_several_payers")
    leaves_rest = fields.Boolean(compute="_compute_leaves_rest")

    @api.depends("booking_ids")
    def _compute_amounts(self):
        """Preview the waterfall: balance first, then what is left."""
        for wizard in self:
            bookings = wizard.booking_ids._for_dialog()
            # Specialists leave the rest on credit, and see no figures of the balance
            sees = self.env["res.partner"]._prepaid_sees_money()
            missing = bookings._missing_by_payer() if sees else {}
            wizard.amount_total = sum(bookings.mapped("amount_total"))
            wizard.amount_missing = sum(missing.values())
            wizard.amount_balance = sees and wizard.amount_total - wizard.amount_missing
            wizard.client_names = ", ".join(bookings.partner_id.mapped("name"))
            wizard.credit_room = sum(payer._prepaid_credit_room() for payer in missing)

    @api.depends("booking_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.amount_missing

    def _compute_is_manager(self):
        self.is_manager = self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager")

    @api.depends("booking_ids")
    def _compute_several_payers(self):
        """From several clients, only the whole rest can be collected at once."""
        for wizard in self:
            wizard.several_payers = len(wizard.booking_ids.payer_id) > 1

    @api.depends("method", "amount", "amount_missing", "several_payers")
    def _compute_leaves_rest(self):
        """Whether less is collected now than is missing."""
        for wizard in self:
            less = wizard.currency_id.compare_amounts(wizard.amount, wizard.amount_missing) < 0
            wizard.leaves_rest = wizard.method == "collect" and less and not wizard.several_payers

    @in_line
    @public
    def action_confirm(self):
        """Finish the visits in the chosen way."""
        check_one(self)
        collect = self.method == "collect" and not self.currency_id.is_zero(self.amount_missing)
        override = self.method == "override" or (self.leaves_rest and self.is_manager)
        self.booking_ids.action_done(
            journal_id=self.journal_id.id if collect else False,
            amount=self.amount if collect and not self.several_payers else False,
            override_reason=(override and self.override_reason) or "",
        )
        return {"type": "ir.actions.act_window_close"}
