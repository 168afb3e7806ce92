from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..door import public
from ..exceptions import check_one
from ..tools.ageing import BUCKETS, bucket_keys


class PrepaidLossProposal(models.TransientModel):
    """One question: how much of what clients owe will be lost, and what is the entry for it?"""

    _name = "prepaid.loss.proposal"
    _description = "Expected Credit Loss"
    _inherit = ["prepaid.dialog"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(
        "At the End of",
        required=True,
        default=lambda self: self.env.company._prepaid_today().replace(day=1) - timedelta(days=1),
    )
    line_ids = fields.One2many(
        "prepaid.loss.proposal.line",
        "proposal_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    expected = fields.Monetary("Expected Loss", compute="_compute_change")
    allowance = fields.Monetary("Allowance in the Ledger", compute="_compute_change")
    change = fields.Monetary("Entry", compute="_compute_change")

    @api.depends("as_of", "company_id")
    def _compute_line_ids(self):
        """One line per age: the debts of that age, and the rate of the company."""
        for proposal in self:
            figures = self.env["prepaid.receivable.report"]._buckets(
                proposal.company_id, proposal.as_of
            )
            rates = self.env["prepaid.loss.rate"].sudo()._rates(proposal.company_id)
            proposal.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "bucket": rate.bucket,
                        "amount": figures[bucket_keys(30)[rate.bucket]],
                        "rate": rate.rate,
                    }
                )
                for rate in rates
            ]

    @api.depends("line_ids.expected", "as_of", "company_id")
    def _compute_change(self):
        """What is expected, less what is booked already: only the change is an entry."""
        for proposal in self:
            currency = proposal.company_id.currency_id
            proposal.expected = currency.round(sum(proposal.line_ids.mapped("expected")))
            proposal.allowance = proposal._booked_allowance()
            proposal.change = currency.round(proposal.expected - proposal.allowance)

    def _booked_allowance(self):
        """Return the posted balance of the allowance accounts on the day.

        :rtype: float
        """
        self.ensure_one()
        day = self.as_of or fields.Date.to_date("1900-01-01")
        return self.company_id._prepaid_booked_allowance(day)

    @public
    def action_propose(self):
        """Make the draft entry of the change and open it; an older draft of that day is replaced.

        The rates are kept for the next time.

        :return: the action that opens the entry, or says that nothing has changed
        :raise UserError: the period is closed
        :raise AccessError: the caller is no accountant
        """
        check_one(self)
        if not (self.env.su or self.env.user.has_group("account.group_account_invoice")):
            raise AccessError(self.env._("Only accountants propose entries."))
        rates = self.env["prepaid.loss.rate"].sudo()._rates(self.company_id)
        for line in self.line_ids:
            rates.filtered(lambda r, line=line: r.bucket == line.bucket).rate = line.rate
        self._drop_older_draft()
        if self.currency_id.is_zero(self.change):
            return self._nothing_to_book()
        entry = self.env["prepaid.ledger"]._propose_allowance(
            self.company_id,
            self.change,
            self.as_of,
            self.env._("Expected credit loss as of %(day)s", day=fields.Date.to_string(self.as_of)),
        )
        return entry.with_env(self.env)._get_records_action()

    def _drop_older_draft(self):
        """Two proposals of one day must not both be posted."""
        moves = self.env["account.move"].sudo()
        moves.search(
            [
                ("company_id", "=", self.company_id.id),
                ("prepaid_loss_as_of", "=", self.as_of),
                ("state", "=", "draft"),
            ]
        ).unlink()

    def _nothing_to_book(self):
        """Return the notice that the allowance is what it should be."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The allowance is what it should be: nothing to book."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class PrepaidLossProposalLine(models.TransientModel):
    """The debts of one age and what is expected to be lost of them."""

    _name = "prepaid.loss.proposal.line"
    _description = "Expected Credit Loss of an Age"
    _inherit = ["prepaid.dialog"]
    _order = "bucket"

    proposal_id = fields.Many2one("prepaid.loss.proposal", ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="proposal_id.currency_id")
    bucket = fields.Integer(required=True)
    label = fields.Char("Age", compute="_compute_label")
    amount = fields.Monetary("Owed", readonly=True)
    rate = fields.Float("Expected Loss (%)", digits=(5, 2))
    expected = fields.Monetary("Expected Loss", compute="_compute_expected")

    @api.depends("bucket")
    def _compute_label(self):
        labels = self.env["prepaid.receivable.report"]._bucket_labels(30)
        for line in self:
            line.label = labels[line.bucket] if line.bucket in BUCKETS else ""

    @api.depends("amount", "rate")
    def _compute_expected(self):
        """A share of what is owed; never of what we owe."""
        for line in self:
            line.expected = line.proposal_id.company_id.currency_id.round(
                max(line.amount, 0.0) * line.rate / 100
            )
