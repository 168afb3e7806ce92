from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidDeposit(models.TransientModel):
    """One question: how does the client pay the deposit at the desk?"""

    _name = "prepaid.deposit"
    _description = "Take a Deposit"
    _inherit = ["prepaid.dialog", "prepaid.journal.mixin"]

    booking_id = fields.Many2one("prepaid.booking", required=True, readonly=True)
    company_id = fields.Many2one(related="booking_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="booking_id.partner_id")
    terms = fields.Text(related="booking_id.deposit_terms")
    missing = fields.Monetary("Still to Pay", compute="_compute_missing", compute_sudo=True)
    journal_id = fields.Many2one(required=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="With less, the booking waits for the rest; more stays on the balance.",
    )

    @api.depends("booking_id")
    def _compute_missing(self):
        """What the free balance does not cover, or the whole deposit when it covers it."""
        for wizard in self:
            booking = wizard.booking_id
            wizard.missing = booking._deposit_missing() or booking._deposit_open()

    @api.depends("booking_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.missing

    def _find_journals(self):
        """Override: those in company currency, as a deposit pays a visit in company currency."""
        company = self.company_id or self.env.company
        journals = super(PrepaidDeposit, self.with_company(company))._find_journals()
        return journals.filtered(lambda j: j.currency_id.id in (False, company.currency_id.id))

    @public
    def action_confirm(self):
        """Take the deposit: the booking is confirmed."""
        check_one(self)
        self.booking_id.action_take_deposit(self.journal_id.id, self.amount)
        return {"type": "ir.actions.act_window_close"}
