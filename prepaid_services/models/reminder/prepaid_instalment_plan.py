from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import public
from ..client.res_partner import MONEY_GROUPS


class PrepaidInstalmentPlan(models.Model):
    """A client pays debts off in parts. As long as each part comes in time, nobody is reminded.

    The plan books nothing: what is paid of its debts is read from them, in company currency.
    """

    _name = "prepaid.instalment.plan"
    _description = "Instalment Plan"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("active", "Kept"), ("done", "Paid"), ("broken", "Broken"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="active",
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many("prepaid.instalment.plan.line", "plan_id", readonly=True)
    debt_ids = fields.Many2many(
        "account.move.line",
        "prepaid_instalment_plan_debt_rel",
        readonly=True,
        groups=MONEY_GROUPS,
        help="The open items that are paid off.",
    )
    amount_total = fields.Monetary("Total", readonly=True)
    amount_paid = fields.Monetary("Paid", compute="_compute_amount_paid", compute_sudo=True)
    date_next = fields.Date("Next Part", compute="_compute_amount_paid", compute_sudo=True)

    _active_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE state = 'active'",
        "This client has an instalment plan already. Cancel it before making a new one.",
    )

    @api.depends("debt_ids.amount_residual", "amount_total", "line_ids.amount", "line_ids.date")
    def _compute_amount_paid(self):
        """What is not open of the debts any more, and not lost, is paid."""
        losses = self._unpaid_losses()
        for plan in self:
            plan.amount_paid = plan.currency_id.round(
                plan.amount_total - sum(plan.debt_ids.mapped("amount_residual")) - losses[plan]
            )
            plan.date_next = plan._first_unpaid().date

    def _unpaid_losses(self):
        """Return what will never be paid of the debts of each plan. Hook.

        :rtype: dict
        """
        return dict.fromkeys(self, 0.0)

    def _first_unpaid(self):
        """Return the first part that is not paid in full yet."""
        self.ensure_one()
        total = 0.0
        for line in self.line_ids.sorted("date"):
            total += line.amount
            if self.currency_id.compare_amounts(total, self.amount_paid) > 0:
                return line
        return self.line_ids.browse()

    @api.depends("partner_id", "amount_total")
    def _compute_display_name(self):
        """Say who pays how much."""
        for plan in self:
            amount = plan.currency_id.format(plan.amount_total) if plan.currency_id else ""
            plan.display_name = f"{plan.partner_id.display_name}: {amount}"

    @public
    def action_cancel(self):
        """End a plan: reminders go on.

        :return: True
        :raise AccessError: the caller is neither front desk nor accountant
        """
        self.env["res.partner"]._prepaid_check_money_group()
        self.check_access("read")
        self.sudo().filtered(lambda p: p.state == "active").state = "cancelled"
        return True

    @api.model
    def _follow(self, company, today):
        """See which plans are paid, and which were not kept: those pause no reminder any more.

        :param date today: local day of the company
        """
        plans = self.search([("company_id", "=", company.id), ("state", "=", "active")])
        for plan in plans:
            due = plan._first_unpaid()
            if not due:
                plan.state = "done"
            elif due.date < today:
                plan.state = "broken"

    @api.model
    def _agree(self, partner, company, parts):
        """Make a plan for all that is open of a client now.

        :param res.partner partner: the payer
        :param list parts: ``(date, amount)`` in company currency, which pay everything
        :raise UserError: nothing is open, a part is not right, or the sum is not what is open
        """
        ledger, currency = self.env["prepaid.ledger"], company.currency_id
        ledger._touch(partner)
        debts = ledger._open_debts(partner, company)
        total = currency.round(sum(debts.mapped("amount_residual")))
        if not debts:
            raise UserError(self.env._("%(client)s owes nothing.", client=partner.name))
        for _day, amount in parts:
            ledger._check_amount(amount, currency)
        agreed = sum(amount for _day, amount in parts)
        if currency.compare_amounts(agreed, total):
            raise UserError(
                self.env._(
                    "The parts must add up to what is open: %(open)s, not %(agreed)s.",
                    open=currency.format(total),
                    agreed=currency.format(agreed),
                )
            )
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "amount_total": total,
                "debt_ids": [fields.Command.set(debts.ids)],
                "line_ids": [
                    fields.Command.create({"date": day, "amount": amount}) for day, amount in parts
                ],
            }
        )


class PrepaidInstalmentPlanLine(models.Model):
    """One part of an instalment plan."""

    _name = "prepaid.instalment.plan.line"
    _description = "Part of an Instalment Plan"
    _order = "date, id"

    plan_id = fields.Many2one(
        "prepaid.instalment.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date = fields.Date("Due on", required=True)
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A part is more than nothing.")
