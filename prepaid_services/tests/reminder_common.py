from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import PrepaidCommon


class ReminderCommon(PrepaidCommon):
    """A salon that reminds its clients: default ladder, Monday to Friday, 9 to 18."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"prepaid_reminders": True, "email": "salon@example.com"})
        cls.client.write(
            {
                "email": "anna@example.com",
                "phone": "+32 456 00 11 22",
                "street": "Main Street 1",
                "city": "Springfield",
            }
        )
        cls.steps = {
            name: cls.env.ref(f"prepaid_services.reminder_step_{name}").sudo()
            for name in ("before", "friendly", "firm", "call", "last")
        }
        cls.reminders = cls.env["prepaid.reminder"].with_company(cls.company).sudo()

    @classmethod
    def _debt(cls, due, amount=100.0, client=None, **vals):
        """Return the open item of an invoice that is due on a day."""
        invoice = (
            cls.env["prepaid.ledger"]
            .with_company(cls.company)
            ._invoice(
                [
                    {
                        "company_id": cls.company.id,
                        "partner_id": (client or cls.client).id,
                        "invoice_date": due,
                        "invoice_date_due": due,
                        "invoice_payment_term_id": False,
                        "invoice_line_ids": [
                            fields.Command.create(
                                {
                                    "product_id": cls.service.id,
                                    "price_unit": amount,
                                    "tax_ids": [fields.Command.clear()],
                                }
                            )
                        ],
                        **vals,
                    }
                ]
            )
        )
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _run(self, left=float("inf")):
        """Run the cron of this company; without time left it stops after a batch."""
        self.env.flush_all()
        self.env.invalidate_all()  # as in a transaction of its own
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: left):
            self.reminders._run(self.company)

    def _deliver(self):
        """Let Odoo's queues send what is in them."""
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).state = "sent"
        self.env["sms.sms"].sudo().search([("state", "=", "outgoing")]).state = "sent"

    def _of(self, *lines, **vals):
        """Return the reminders about open items, oldest first."""
        ids = [line.id for line in lines]
        return self.reminders.search([("res_id", "in", ids)], order="id")

    def _told(self, line):
        """Return step and state of each reminder about an open item."""
        names = {step.id: name for name, step in self.steps.items()}
        return [(names[r.step_id.id], r.state) for r in self._of(line)]

    def _mails(self):
        """Return all queued or sent reminders by e-mail, oldest first."""
        return self.env["mail.mail"].sudo().search([("model", "=", "prepaid.reminder")], order="id")

    @staticmethod
    def _days(first, count):
        """Return so many days from one on."""
        return [fields.Date.to_date(first) + timedelta(days=n) for n in range(count)]
