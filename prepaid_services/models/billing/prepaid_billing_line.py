import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...exceptions import REFUSALS, reason_of

_logger = logging.getLogger(__name__)

#: Bills printed and queued in one transaction: documents take time
BATCH = 20


class PrepaidBillingLine(models.Model):
    """One client in a run: one e-mail with the statement and the invoices not sent before."""

    _name = "prepaid.billing.line"
    _description = "Client of a Billing Run"
    _order = "id"
    _rec_name = "partner_id"

    run_id = fields.Many2one(
        "prepaid.billing.run", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id")
    currency_id = fields.Many2one(related="run_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    amount = fields.Monetary("Open", readonly=True)
    documents = fields.Integer("Open Items", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("queued", "Sent"),
            ("failed", "Failed"),
            ("skipped", "Not Needed Any More"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    error = fields.Char("Failed because", readonly=True)
    queued_at = fields.Datetime("Sent at", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", groups="base.group_system"
    )
    invoice_ids = fields.Many2many(
        "account.move",
        string="Invoices Sent",
        readonly=True,
        groups="account.group_account_invoice",
    )

    _once = models.UniqueIndex("(run_id, partner_id)", "The client is in this run already.")
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    @api.model
    def _send_waiting(self):
        """Print and queue all that waits, where it is a working hour now."""
        self._follow_queue()
        for company in self.env["res.company"].search([("parent_id", "=", False)]):
            if company._prepaid_may_send() and not self.with_company(company)._send_of(company):
                return

    @api.model
    def _send_of(self, company):
        """Print and queue what waits in one company.

        Who was reminded some days ago hears nothing else now: that bill waits.

        :param res.company company: root of a legal entity
        :return: whether there is time left for more
        """
        self.env.flush_all()
        told = self.env["prepaid.reminder"]._lately_reminded_sql(company)
        waiting = [
            ("state", "=", "waiting"),
            ("run_id.company_id", "=", company.id),
            ("partner_id", "not in", told),
        ]
        left = 1
        while left and (batch := self.search(waiting, limit=BATCH)):
            for line in batch._still_owed(company):
                line._try_send()
            left = self.env["ir.cron"]._commit_progress(
                len(batch), remaining=self.search_count(waiting)
            )
        return left

    def _still_owed(self, company):
        """Return the lines whose clients are still to be billed, with what is open now.

        The others are not needed any more: paid, in dispute, handed over, ... since the run began.
        """
        ours = SQL("payer.id IN %s", tuple(self.partner_id.ids))
        rows = self.env["prepaid.billing.cycle"]._payers_to_bill(company, ours)
        owed = {payer_id: figures for payer_id, *figures in rows}
        for line in self:
            if line.partner_id.id in owed:
                line.amount, line.documents = owed[line.partner_id.id]
            else:
                line.state = "skipped"
        return self.filtered(lambda line: line.state == "waiting")

    @api.model
    def _follow_queue(self):
        """Show which e-mails did not leave, so that somebody tries again."""
        lost = [("state", "=", "queued"), ("mail_id.state", "in", ("exception", "cancel"))]
        for line in self.search(lost):
            mail = line.mail_id
            line.write(
                {"state": "failed", "error": mail.failure_reason or mail.failure_type or mail.state}
            )

    def _try_send(self):
        """Queue one e-mail; what fails is set aside and says why."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                if not self.partner_id.email_normalized:
                    raise UserError(self.env._("The client has no valid e-mail address."))
                self._send()
                self.write({"state": "queued", "queued_at": fields.Datetime.now(), "error": False})
        except REFUSALS as error:
            _logger.warning("Bill for client %s: %s", self.partner_id.id, error)
            self.write({"state": "failed", "error": reason_of(error)})

    def _send(self):
        """Queue the e-mail with the documents of one client."""
        invoices = self._unsent_invoices()
        run = self.run_id
        statement = self.partner_id._prepaid_statement_document(run._since(), run.date)
        attachments = self._invoice_documents(invoices) + statement
        self.invoice_ids = invoices
        template = self.env.ref("prepaid_services.mail_template_billing")
        queue = self.env["prepaid.message.queue"]
        mails = queue._queue_mails(template, self, attachment_ids=attachments.ids)
        self.mail_id = mails[self]

    def _unsent_invoices(self):
        """Return the client's open invoices that were not sent before, and are not in dispute.

        :rtype: account.move
        """
        debts = self.env["prepaid.ledger"]._open_debts(self.partner_id, self.company_id)
        return debts.move_id.filtered(
            lambda m: (
                m.move_type == "out_invoice"
                and not m.is_move_sent
                and not m.prepaid_dispute_reason
            )
        )

    def _invoice_documents(self, invoices):
        """Return the documents of invoices, made by Odoo's own sending, which marks them as sent.

        One after the other: an unpatched wkhtmltopdf cannot print several at once.

        :rtype: ir.attachment
        """
        sending = self.env["account.move.send"]
        return self.env["ir.attachment"].union(
            *(sending._generate_and_send_invoices(each, sending_methods=[]) for each in invoices)
        )
