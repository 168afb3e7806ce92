from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one
from ..models.ledger.in_line import in_line


class PrepaidMoney(models.TransientModel):
    """One question: how much money is put on a client's balance, or given back, and how?"""

    _name = "prepaid.money"
    _description = "Top Up or Pay Back"
    _inherit = ["prepaid.dialog", "prepaid.journal.mixin"]

    direction = fields.Selection(
        [("top_up", "Top Up"), ("pay_out", "Pay Back")], required=True, default="top_up"
    )
    partner_id = fields.Many2one("res.partner", "Client", required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    journal_id = fields.Many2one(required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True, required=True
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._prepaid_today())
    memo = fields.Char()
    service_balance = fields.Monetary(
        related="partner_id.service_balance", currency_field="company_currency_id"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )

    @api.depends("journal_id")
    def _compute_currency_id(self):
        for wizard in self:
            journal = wizard.journal_id.sudo()
            wizard.currency_id = journal.currency_id or wizard.company_id.currency_id

    # Not on the journal: what somebody has typed stays when the way is chosen
    @api.depends("direction", "partner_id")
    def _compute_amount(self):
        """Propose to pay back what no booking needs; how much is put on is up to the client."""
        for wizard in self:
            payer, money = wizard.partner_id.commercial_partner_id, wizard.amount
            if wizard.direction == "pay_out" and payer:
                same = wizard.currency_id == wizard.company_currency_id
                money = payer._prepaid_spendable()[payer.id] if same else 0.0
            wizard.amount = money

    @in_line
    @public(context=("prepaid_print_receipt",))
    def action_confirm(self):
        """Book the money and show the receipt to print."""
        check_one(self)
        payment_id = self._move_money()
        if self.env.context.get("prepaid_print_receipt"):
            return self.partner_id._prepaid_receipt_action(payment_id)
        return {"type": "ir.actions.act_window_close", "infos": {"payment_id": payment_id}}

    def _move_money(self):
        """Take or give back the money. Hook.

        :return: id of the payment
        """
        call = (
            self.partner_id.prepaid_top_up
            if self.direction == "top_up"
            else self.partner_id.prepaid_pay_out
        )
        return call(self.amount, self.journal_id.id, self.date, self.memo or "")
