import base64

from odoo import api, fields, models
from odoo.tools.pdf import merge_pdf

from ...door import public
from ...exceptions import check_one
from ..booking.prepaid_booking import CLOSED_STATES

#: Most recent messages and visits in a dossier
MOST = 200
#: An SMS that the network has taken is pending until it says more
DELIVERED = ("sent", "pending")


class PrepaidCollection(models.Model):
    """What an agency or a court gets to see: statement, documents, messages, attendance."""

    _inherit = "prepaid.collection"

    @public
    def action_dossier(self):
        """Make the dossier as PDF with the invoices behind it, keep it here, and download it.

        :return: the action that downloads the file
        """
        check_one(self)
        self.check_access("read")
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.env._(
                    "Dossier %(client)s %(day)s.pdf",
                    client=self.partner_id.name,
                    day=self.company_id._prepaid_today(),
                ),
                "datas": base64.b64encode(self._dossier_pdf()),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.message_post(body=self.env._("Dossier made."), attachment_ids=attachment.ids)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _dossier_pdf(self):
        """Return the dossier and the invoices in one file.

        One document after the other: an unpatched wkhtmltopdf cannot print several at once. As
        superuser: a manager has no access to invoices, but hands over what is in them.

        :rtype: bytes
        """
        self.ensure_one()
        Report = self.env["ir.actions.report"].sudo().with_company(self.company_id)
        parts = [Report._render_qweb_pdf("prepaid_services.report_dossier", self.ids)[0]]
        invoices = self.sudo().invoice_ids
        for invoice in invoices.filtered(lambda m: m.is_invoice(include_receipts=True)):
            parts.append(Report._render_qweb_pdf("account.report_invoice", invoice.ids)[0])
        return merge_pdf(parts) if all(part.startswith(b"%PDF") for part in parts) else parts[0]

    def _dossier(self):
        """Return what the dossier says.

        :rtype: dict
        """
        self.ensure_one()
        case = self.sudo().with_company(self.company_id)
        client = case.partner_id.with_company(self.company_id)
        return {
            "case": case,
            "company": case.company_id,
            "currency": case.currency_id,
            "statement": client._prepaid_statement(),
            "debts": case._dossier_debts(),
            "messages": case._dossier_messages(),
            "visits": case._dossier_visits(),
            "tz": case.company_id._prepaid_tz(),
        }

    def _dossier_debts(self):
        """Return the documents in which the client owes something, oldest due first.

        :return: dictionaries with ``name``, ``date``, ``due``, ``currency``, ``total`` and ``open``
        :rtype: list[dict]
        """
        self.ensure_one()
        rows = [
            {
                "name": document.name,
                "date": document.invoice_date or document.date,
                "due": max(line.date_maturity or line.date for line in lines),
                "currency": lines.currency_id[:1],
                "total": sum(lines.mapped("amount_currency")),
                "open": sum(lines.mapped("amount_residual_currency")),
            }
            for document, lines in self._debts_of(self.invoice_ids).grouped("move_id").items()
        ]
        return sorted(rows, key=lambda row: (row["due"], row["name"]))

    def _dossier_messages(self):
        """Return what reached the client, oldest first. Hook for other kinds of messages.

        Only what left: an e-mail that failed, bounced or still waits proves nothing.

        :return: dictionaries with ``date`` (UTC), ``subject`` and ``channel``
        :rtype: list[dict]
        """
        self.ensure_one()
        Message = self.env["mail.message"].sudo()
        family = self.env["res.partner"].sudo().search([("id", "child_of", self.partner_id.ids)])
        messages = Message.search(
            [
                ("message_type", "in", ("email_outgoing", "auto_comment", "comment", "sms")),
                "|",
                "&",
                ("model", "=", "res.partner"),
                ("res_id", "in", family.ids),
                "&",
                ("model", "=", "account.move"),
                ("res_id", "in", self.invoice_ids.ids),
                "|",
                ("partner_ids", "in", family.ids),
                ("message_type", "in", ("email_outgoing", "sms")),
            ],
            order="date desc, id desc",
            limit=MOST,
        )
        kinds = dict(Message._fields["message_type"]._description_selection(self.env))
        rows = [
            {
                "date": message.date,
                "subject": message.subject or message.preview or "",
                "channel": kinds[message.message_type],
            }
            for message in messages.filtered(self._has_left)
        ]
        rows += self._dossier_statements() + self._dossier_bills()
        return sorted(rows, key=lambda row: row["date"])

    @api.model
    def _has_left(self, message):
        """Return whether a message was delivered: by its recipients, else by its e-mail or SMS.

        Odoo deletes many e-mails that were sent; what is left of the others says why not.

        :param mail.message message: to a client
        """
        told = message.notification_ids.filtered(lambda n: n.notification_type != "inbox")
        if told:
            return any(status in DELIVERED for status in told.mapped("notification_status"))
        mails = message.mail_ids
        return not mails or "sent" in mails.mapped("state")

    def _dossier_statements(self):
        """Return the statements that were e-mailed."""
        sent = (
            self.env["prepaid.statement.sending"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "in", self.company_id._prepaid_family().ids),
                    ("state", "=", "queued"),
                ],
                limit=MOST,
            )
        )
        return [
            {
                "date": each.queued_on,
                "subject": self.env._(
                    "Statement until %(day)s", day=fields.Date.to_string(each.date_to)
                ),
                "channel": self.env._("E-mail"),
            }
            for each in sent.filtered(lambda s: not s.mail_id or s.mail_id.state == "sent")
        ]

    def _dossier_bills(self):
        """Return the bills of the billing runs that were e-mailed."""
        sent = (
            self.env["prepaid.billing.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("run_id.company_id", "in", self.company_id._prepaid_family().ids),
                    ("state", "=", "queued"),
                ],
                limit=MOST,
            )
        )
        return [
            {
                "date": line.queued_at,
                "subject": f"{line.run_id.display_name} {line.currency_id.format(line.amount)}",
                "channel": self.env._("E-mail"),
            }
            for line in sent.filtered(lambda s: not s.mail_id or s.mail_id.state == "sent")
        ]

    def _dossier_visits(self):
        """Return the visits that were booked, and whether the client came, oldest first."""
        self.ensure_one()
        visits = (
            self.env["prepaid.booking"]
            .sudo()
            .search(
                [
                    ("payer_id", "=", self.partner_id.id),
                    ("company_id", "in", self.company_id._prepaid_family().ids),
                    ("state", "in", CLOSED_STATES),
                ],
                order="start desc",
                limit=MOST,
            )
        )
        return visits.sorted("start")
