"""Debts nobody pays: handed over."""

from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .debt_common import TODAY, DebtCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCollection(DebtCommon):
    def _collection(self, user=None, **vals):
        Model = self.env["prepaid.collection"].with_user(user or self.manager)
        return Model.with_company(self.company).create({"partner_id": self.client.id, **vals})

    def test_handed_over(self):
        """No new credit, no reminders; ended when it is closed."""
        self._approve_credit()
        invoice = self._document(100, "2026-01-10")
        case = self._collection()
        self._refused("Agency or Court", case.action_hand_over)
        case.agent_id = self._create_client("Agency Ltd")
        card = self._as_desk(self.client)
        self.assertEqual(card.collection_state, "draft")
        self.assertEqual(card._prepaid_credit_room(), 900)
        case.reference = "A 17/26"
        case.action_hand_over()
        case.action_hand_over()
        self.assertRecordValues(
            case, [{"state": "handed_over", "amount": 100, "date": date(2026, 3, 20)}]
        )
        self.assertEqual(card.collection_state, "handed_over")
        self.assertEqual(card._prepaid_credit_room(), 0)
        self.assertTrue(card.prepaid_over_limit)
        Partner = self._as_desk(self.env["res.partner"])
        self.assertIn(self.client, Partner.search([("collection_state", "=", "handed_over")]))
        self.assertNotIn(self.client, Partner.search([("collection_state", "=", False)]))
        self.assertIn(self.client, Partner.search([("prepaid_over_limit", "=", True)]))
        rows = self.env.execute_query(self.env["prepaid.collection"]._handed_over_sql(self.company))
        self.assertEqual(rows, [(self.client.id,)])
        due = self.env["prepaid.reminder"]._due_sql_debt(self.company, date(2026, 3, 20))
        self.env.flush_all()
        holds = {row[-1] for row in self.env.execute_query(due)}
        self.assertEqual(holds, {"collection"}, "no reminder from us")
        booking = self._book("2026-03-19")
        self._refused("not approved", booking.action_done)
        self._pay(invoice, 100, "2026-03-20")
        case.action_close_paid()
        self.assertRecordValues(case, [{"state": "closed", "outcome": "paid"}])
        self.assertFalse(card.collection_state)
        self.assertEqual(card._prepaid_credit_room(), 1000)

    def test_one_at_a_time(self):
        self._document(100, "2026-01-10")
        case = self._collection()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self._collection().flush_recordset()
        action = self.client.with_user(self.manager).action_prepaid_collection()
        self.assertEqual(action["res_id"], case.id)
        case.action_close()
        self._collection()

    def test_nothing_owed(self):
        case = self._collection(agent_id=self._create_client("Agency Ltd").id)
        self._refused("owes nothing", case.action_hand_over)

    def test_write_off_from_the_collection(self):
        self._document(100, "2026-01-10")
        case = self._collection()
        context = case.action_write_off()["context"]
        with Form(
            self.env["prepaid.write.off"].with_user(self.manager).with_context(**context)
        ) as form:
            form.reason = "The court found nothing"
        form.record.action_approve()
        self.assertEqual(case.write_off_ids, form.record)
        self.assertEqual(case.amount_open, 0)

    def test_dossier(self):
        self._approve_credit()
        self._book("2026-03-10").action_done()
        self._book("2026-03-12").action_no_show()
        self.client.message_post(
            body="Please pay", subject="Second reminder", message_type="email_outgoing"
        )
        case = self._collection(reason="Called four times", reference="A 17/26")
        Report = self.env["ir.actions.report"].with_user(self.manager)
        html, _type = Report._render_qweb_html("prepaid_services.report_dossier", case.ids)
        text = " ".join(html.decode().split())
        for words in (
            "Anna",
            "A 17/26",
            "Called four times",
            "INV/",
            "Second reminder",
            "Manicure",
            "No-Show",
            "120.00",
            "Closing balance",
        ):
            self.assertIn(words.lower(), text.lower())
        action = case.action_dossier()
        self.assertIn("/web/content/", action["url"])
        self.assertTrue(case.message_ids.attachment_ids)

    def test_dossier_holds_what_arrived_only(self):
        """Calls that were made and e-mails that left, with their own time."""
        self.client.write({"email": "anna@example.com", "phone": "+32 456 00 11 22"})
        invoice = self._document(100, "2026-01-10")
        item = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
        steps = self.env["prepaid.reminder.step"].sudo().search([("topic", "=", "debt")])
        rows = [
            ("call", "queued", "Call nobody made", False),
            ("call", "done", "Call made", "2026-02-03 11:30:00"),
            ("email", "failed", "Mail that failed", False),
            ("email", "done", "Mail that left", "2026-02-01 09:15:00"),
            ("email", "queued", "Mail that waits", "2026-02-04 09:15:00"),
        ]
        for (channel, state, name, sent_at), step in zip(rows, steps, strict=False):
            step.name = name
            self.env["prepaid.reminder"].sudo().create(
                {
                    "step_id": step.id,
                    "topic": "debt",
                    "channel": channel,
                    "company_id": self.company.id,
                    "partner_id": self.client.id,
                    "res_id": item.id,
                    "date_planned": "2026-02-01",
                    "state": state,
                    "sent_at": sent_at,
                }
            )
        message = self.client.message_post(
            body="Please pay", subject="Never arrived", message_type="email_outgoing"
        )
        self.env["mail.mail"].sudo().create(
            {"mail_message_id": message.id, "state": "exception", "email_to": "anna@example.com"}
        )
        sending = self.env["prepaid.statement.sending"].sudo()
        for number, state in ((1, "sent"), (2, "exception")):
            sending.create(
                {
                    "partner_id": self.client.id,
                    "company_id": self.company.id,
                    "date_from": f"2026-0{number}-01",
                    "date_to": f"2026-0{number}-28",
                    "state": "queued",
                    "queued_on": f"2026-0{number}-28 10:00:00",
                    "mail_id": self.env["mail.mail"].sudo().create({"state": state}).id,
                }
            )
        told = self._collection().sudo()._dossier_messages()
        self.assertEqual(
            [(str(row["date"]), row["subject"].split(" INV")[0]) for row in told],
            [
                ("2026-01-28 10:00:00", "Statement until 2026-01-28"),
                ("2026-02-01 09:15:00", "Mail that left"),
                ("2026-02-03 11:30:00", "Call made"),
            ],
        )

    def test_rights(self):
        self._document(100, "2026-01-10")
        with self.assertRaises(AccessError):
            self._collection(user=self.desk)
        case = self._collection()
        for user in (self.desk, self.specialist):
            with self.assertRaises(AccessError):
                case.with_user(user).action_close()
        with self.assertRaises(AccessError):
            case.write({"state": "handed_over"})
        self._refused("outcome is", case.action_close, "eaten")
