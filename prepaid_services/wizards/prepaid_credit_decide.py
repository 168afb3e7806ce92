from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidCreditDecide(models.TransientModel):
    """Shows what speaks for and against credit, proposes a limit, and asks for the decision."""

    _name = "prepaid.credit.decide"
    _description = "Decide on Credit"
    _inherit = ["prepaid.dialog"]

    partner_id = fields.Many2one("res.partner", "Client", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy = fields.Html(related="company_id.prepaid_credit_policy")
    points_html = fields.Html("For and Against", compute="_compute_figures", sanitize=False)
    arithmetic = fields.Char(compute="_compute_figures")
    proposal = fields.Monetary("Proposed Limit", compute="_compute_figures")
    decision = fields.Selection(
        [("approve", "Approve"), ("refuse", "Refuse"), ("hold", "Hold for now")],
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    limit = fields.Monetary(
        "Credit Limit", compute="_compute_limit", store=True, readonly=False, precompute=True
    )
    reason = fields.Char(required=True, default="")
    date_next = fields.Date("Next Review", default=lambda self: self._default_date_next())

    def _default_date_next(self):
        """Propose the next review after the months of the company's policy."""
        company = self.env.company
        months = company.prepaid_credit_review_months
        return months and company._prepaid_today() + relativedelta(months=months)

    @api.depends("partner_id", "company_id")
    def _compute_figures(self):
        """Ask what is known about the client."""
        for wizard in self:
            figures = wizard.partner_id.with_company(wizard.company_id).prepaid_credit_figures()
            wizard.proposal = figures["proposal"]
            wizard.arithmetic = figures["arithmetic"]
            rows = Markup().join(
                Markup("<li><span class='%s fa %s me-2' role='img'></span>%s</li>")
                % (
                    "text-success" if side == "for" else "text-danger",
                    "fa-thumbs-up" if side == "for" else "fa-thumbs-down",
                    text,
                )
                for side, text in figures["points"]
            )
            wizard.points_html = Markup("<ul class='list-unstyled mb-0'>%s</ul>") % rows

    @api.depends("proposal")
    def _compute_decision(self):
        """Start from what the figures speak for."""
        for wizard in self:
            wizard.decision = "approve" if wizard.proposal > 0 else "refuse"

    @api.depends("proposal")
    def _compute_limit(self):
        """Start from the proposal."""
        for wizard in self:
            wizard.limit = wizard.proposal

    @public
    def action_decide(self):
        """Decide.

        :return: action that closes the dialog
        """
        check_one(self)
        self.partner_id.with_company(self.company_id).prepaid_decide_credit(
            self.decision, self.limit, self.reason or "", self.date_next
        )
        return {"type": "ir.actions.act_window_close"}
