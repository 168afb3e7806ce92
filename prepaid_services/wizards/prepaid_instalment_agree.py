from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import public
from ..exceptions import check_one


class PrepaidInstalmentAgree(models.TransientModel):
    """Asks in how many parts, and from when on, a client pays off what is open."""

    _name = "prepaid.instalment.agree"
    _description = "Agree on Instalments"
    _inherit = ["prepaid.dialog"]

    partner_id = fields.Many2one("res.partner", "Client", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_open = fields.Monetary("Open", compute="_compute_amount_open", compute_sudo=True)
    parts = fields.Integer("Number of Parts", required=True, default=3)
    date_first = fields.Date(
        "First Part on",
        required=True,
        default=lambda self: self.env.company._prepaid_today() + timedelta(days=7),
    )
    unit = fields.Selection(
        [("weeks", "week"), ("months", "month")], "Then Each", required=True, default="months"
    )
    summary = fields.Char(compute="_compute_summary")

    @api.depends("partner_id", "company_id")
    def _compute_amount_open(self):
        """All open items of the payer, credits not taken off: they are not matched yet."""
        for wizard in self:
            debts = self.env["prepaid.ledger"]._open_debts(wizard.partner_id, wizard.company_id)
            wizard.amount_open = wizard.currency_id.round(sum(debts.mapped("amount_residual")))

    @api.depends("amount_open", "parts", "date_first", "unit")
    def _compute_summary(self):
        """Say what the client will pay, and when."""
        for wizard in self:
            parts = wizard._parts() if wizard.parts > 0 and wizard.date_first else []
            wizard.summary = ", ".join(
                f"{wizard.currency_id.format(amount)} ({fields.Date.to_string(day)})"
                for day, amount in parts
            )

    def _parts(self):
        """Return equal parts that add up exactly.

        :rtype: list
        """
        self.ensure_one()
        rounded = [
            self.currency_id.round(self.amount_open * number / self.parts)
            for number in range(self.parts + 1)
        ]
        return [
            (
                self.date_first + relativedelta(**{self.unit: number}),
                self.currency_id.round(rounded[number + 1] - rounded[number]),
            )
            for number in range(self.parts)
        ]

    @public
    def action_agree(self):
        """Make the plan.

        :return: the plan
        :raise UserError: fewer than one part, or more than five years of them
        """
        check_one(self)
        if not 1 <= self.parts <= 60:
            raise UserError(self.env._("Choose between 1 and 60 parts."))
        plan_id = self.partner_id.prepaid_instalments(self._parts())
        return self.env["prepaid.instalment.plan"].browse(plan_id)._get_records_action()
