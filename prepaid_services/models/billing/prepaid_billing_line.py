import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

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
        [("waiting", "Waiting"), ("queued", "Sent"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    error = fields.Char("Failed because", readonly=True)
    queued_at = fields.Datetime("Sent at", readonly=True)
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
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        open_now = companies.filtered(lambda company: company._prepaid_may_send())
        waiting = [("state", "=", "waiting"), ("run_id.company_id", "in", open_now.ids)]
        left = 1
        while left and (batch := self.search(waiting, limit=BATCH)):
            for line in batch:
                line.with_company(line.company_id)._try_send()
            left = self.env["ir.cron"]._commit_progress(
                len(batch), remaining=self.search_count(waiting)
            )

    def _try_send(self):
        """Queue one e-mail; what fails is set aside and says why."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                if not self.partner_id.email_normalized:
                    raise UserError(self.env._("The client has no valid e-mail address."))
                self._send()
                self.write(
                    {"state": "queued", "queued_at": fields.Datetime.now(), "error": False}
                )
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
        template.send_mail(
            self.id, force_send=False, email_values={"attachment_ids": attachments.ids}
        )

    def _unsent_invoices(self):
        """Return the client's open invoices that were not sent before.

        :rtype: account.move
        """
        debts = self.env["prepaid.ledger"]._open_debts(self.partner_id, self.company_id)
        return debts.move_id.filtered(lambda m: m.move_type == "out_invoice" and not m.is_move_sent)

    def _invoice_documents(self, invoices):
        """Return the documents of invoices, made by Odoo's own sending, which marks them as sent.

        One after the other: an unpatched wkhtmltopdf cannot print several at once.

        :rtype: ir.attachment
        """
        sending = self.env["account.move.send"]
        return self.env["ir.attachment"].union(
            *(sending._generate_and_send_invoices(each, sending_methods=[]) for each in invoices)
        )
