import logging

from odoo import api, fields, models

from ...exceptions import REFUSALS, reason_of

_logger = logging.getLogger(__name__)

#: Messages that are written between two commits
BATCH = 200


class PrepaidCreditReview(models.Model):
    """A decision on service on credit: append-only, so it shows who decided what, and on what.

    The client is told by the cron, once, and as the decision stands then.
    """

    _name = "prepaid.credit.review"
    _description = "Credit Review"
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Decided by", readonly=True)
    is_automatic = fields.Boolean("By Itself", readonly=True)
    state = fields.Selection(
        selection=lambda self: self._decisions(),
        string="Decision",
        readonly=True,
    )
    limit = fields.Monetary("Credit Limit", readonly=True)
    state_before = fields.Selection(
        selection=lambda self: self._decisions(),
        string="Before",
        readonly=True,
    )
    limit_before = fields.Monetary(readonly=True)
    reason = fields.Char(readonly=True)
    date_next = fields.Date("Next Review", readonly=True)
    proposal = fields.Monetary("Proposed Limit", readonly=True)
    explanation = fields.Text("For and Against", readonly=True, help="As it was then.")
    message_state = fields.Selection(
        [
            ("none", "No message"),
            ("waiting", "Waiting"),
            ("queued", "Queued"),
            ("failed", "Failed"),
        ],
        "Message to the Client",
        required=True,
        readonly=True,
        default="none",
    )
    message_error = fields.Char("Failed because", readonly=True)
    terms_html = fields.Html(
        compute="_compute_terms_html", compute_sudo=True, help="The credit policy, for texts."
    )

    _waiting_idx = models.Index("(id) WHERE message_state = 'waiting'")

    @api.model
    def _decisions(self):
        """Return the states of credit, in the language of the user."""
        field = self.env["res.partner"]._fields["service_credit_state"]
        return field._description_selection(self.env)

    @api.depends_context("lang")
    @api.depends("company_id")
    def _compute_terms_html(self):
        """The policy text of the company, in the language of the client."""
        for review in self:
            review.terms_html = review.company_id.prepaid_credit_policy

    @api.model
    def _note(self, partner, before, **values):
        """Note a decision that was just written on a client.

        :param res.partner partner: with the company that decided
        :param tuple before: state and limit until now
        :param values: reason, proposal, explanation, is_automatic
        """
        company, after = self.env.company, partner._prepaid_credit_terms()
        tell = company.prepaid_credit_messages and before != after
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "date": company._prepaid_today(),
                "user_id": self.env.uid,
                "state_before": before[0],
                "limit_before": before[1],
                "state": after[0],
                "limit": after[1],
                "date_next": partner.service_credit_review_date,
                "message_state": "waiting" if tell else "none",
                **values,
            }
        )

    # ----------------------------------------------------------------------------------
    # Telling the client
    # ----------------------------------------------------------------------------------

    @api.model
    def _queue_waiting(self):
        """Queue the messages that wait, in batches; each is committed by itself."""
        waiting, left = [("message_state", "=", "waiting")], 1
        while left and (batch := self.search(waiting, limit=BATCH, order="id")):
            for reviews in batch.grouped("company_id").values():
                reviews.with_company(reviews.company_id)._try_queue()
            left = self.env["ir.cron"]._commit_progress(
                len(batch), remaining=self.search_count(waiting, limit=BATCH)
            )

    def _try_queue(self):
        """Queue the messages, or one after the other when a text cannot be written."""
        template = self.env.ref(
            "prepaid_services.mail_template_credit_terms", raise_if_not_found=False
        )
        told = self.filtered(
            lambda r: (
                template and r.company_id.prepaid_credit_messages and r.partner_id.email_normalized
            )
        )
        (self - told).message_state = "none"
        try:
            with self.env.cr.savepoint():
                self.env["prepaid.message.queue"]._queue_mails(template, told)
                told.message_state = "queued"
        except REFUSALS as error:
            if len(told) > 1:
                for review in told:
                    review._try_queue()
                return
            _logger.warning("Credit terms of client %s: %s", told.partner_id.id, error)
            told.write({"message_state": "failed", "message_error": reason_of(error)})
