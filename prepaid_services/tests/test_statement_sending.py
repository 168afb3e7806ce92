"""Statements with ages and packages, by e-mail every week or month."""

import re
from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_ageing import AgeingCommon
from .test_reports import STATEMENT, ReportCommon

PRINT = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"


class StatementCommon(AgeingCommon, ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.email = "anna@example.com"

    def setUp(self):
        super().setUp()
        # What is printed is tested as HTML; the queue only needs some file
        self.printed = []

        def _render(report, ref, ids, data=None):
            self.printed.append((ids, report.env.context.get("prepaid_date_to")))
            return b"%PDF-", "pdf"

        self.startPatcher(patch(PRINT, _render))
        crons = type(self.env["ir.cron"])
        self.startPatcher(
            patch.object(crons, "_commit_progress", lambda *args, **kwargs: float("inf"))
        )

    def _run_cron(self, day):
        with freeze_time(f"{day} 10:00:00"):
            self.env["prepaid.statement.sending"].sudo()._cron_statements()

    def _mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "like", "Your statement")])

    def _sendings(self):
        return self.env["prepaid.statement.sending"].search([("company_id", "=", self.company.id)])


@tagged("post_install", "-at_install")
class TestStatementPage(StatementCommon):
    def test_money_sessions_and_visits_on_one_page(self):
        with freeze_time("2026-03-10 12:00:00"):
            self._document(120, "2026-01-10", "2026-01-31")
            self._document(30, "2026-03-01", "2026-04-01")
            template = self.env["prepaid.subscription.template"].with_user(self.manager)
            template = template.with_company(self.company).create(
                {
                    "name": "Ten Manicures",
                    "price": 200.0,
                    "sessions": 10,
                    "validity_number": 6,
                    "validity_unit": "month",
                }
            )
            template.sudo().product_id.taxes_id = False
            self._as_desk(template).sell(self.client.id)
            self._book("2026-03-20")
            html = self._html(STATEMENT, self.client)
        ages = html.split("What is open")[1].split("</table>")[0]
        self.assertIn("31-60 days overdue", ages)
        self.assertIn("120.00", ages)
        self.assertNotIn("91-120", ages, "only ages with something in them")
        packages = html.split("Paid for and not used yet")[1].split("</table>")[0]
        text = re.sub(r"<[^>]+>", " ", packages)
        self.assertRegex(" ".join(text.split()), r"Ten Manicures.*10 of 10 visits left")
        self.assertIn("valid until", packages)
        self.assertIn("09/09/2026", packages)
        self.assertIn("Coming visits", html)

    def test_ages_of_the_end_of_the_period(self):
        invoice = self._document(120, "2026-01-10", "2026-01-31")
        self._pay(invoice, 120, "2026-03-05")
        statement = self._as_desk(self.client)._prepaid_statement(False, date(2026, 2, 10))
        self.assertEqual(statement["ageing"], [("1-30 days overdue", 120)])
        statement = self._as_desk(self.client)._prepaid_statement()
        self.assertEqual(statement["ageing"], [])

    def test_send_by_hand(self):
        self._document(120, "2026-01-10")
        wizard = self._as_desk(self.env["prepaid.statement"]).create(
            {"partner_id": self.client.id, "date_to": "2026-02-28"}
        )
        action = wizard.action_mail()
        self.assertIn("anna@example.com", action["params"]["message"])
        self.assertEqual(self.printed, [(self.client.ids, "2026-02-28")])
        self.assertEqual(len(self._mails().attachment_ids), 1)
        self.client.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            wizard.action_mail()
        with self.assertRaises(AccessError):
            self.client.with_user(self.specialist).action_prepaid_mail_statement()


@tagged("post_install", "-at_install")
class TestStatementSending(StatementCommon):
    def _switch_on(self, interval="monthly", day="2026-01-15"):
        with freeze_time(f"{day} 12:00:00"):
            self.company.prepaid_send_days = "every"
            self.company.prepaid_statement_interval = interval
            self.company.flush_recordset()

    def test_monthly_once(self):
        """With movement or debt, once for each month; a second run sends nothing."""
        self._document(120, "2026-01-10")
        quiet = self._create_client("Quiet", email="quiet@example.com")
        paid = self._document(10, "2025-11-10", client=quiet)
        self._pay(paid, 10, "2025-11-20")
        self._switch_on()
        self._run_cron("2026-02-01")
        self._run_cron("2026-02-02")
        self.assertRecordValues(
            self._sendings(),
            [
                {
                    "partner_id": self.client.id,
                    "date_from": date(2026, 1, 1),
                    "date_to": date(2026, 1, 31),
                    "state": "queued",
                }
            ],
        )
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self.printed, [(self.client.ids, "2026-01-31")])
        # no movement in February, but still a debt
        self._run_cron("2026-03-01")
        self.assertEqual(len(self._mails()), 2)

    def test_not_at_night(self):
        """What the night prepares goes out in working hours; on a Sunday, on Monday."""
        self._document(120, "2026-01-10")
        self._switch_on()
        self.company.prepaid_send_days = "mon_fri"
        self._run_cron("2026-02-01")
        cron = self.env.ref("prepaid_services.ir_cron_statements")
        monday = [("cron_id", "=", cron.id), ("call_at", "=", datetime(2026, 2, 2, 9))]
        self.assertTrue(self.env["ir.cron.trigger"].sudo().search(monday))
        self.assertEqual(self._sendings().state, "waiting")
        self._run_cron("2026-02-02")
        self.assertEqual(self._sendings().state, "queued")

    def test_weekly(self):
        self._document(120, "2026-01-13")
        self._switch_on("weekly")
        self._run_cron("2026-01-18")
        self.assertFalse(self._sendings(), "the week is not over")
        self._run_cron("2026-01-19")
        self.assertRecordValues(
            self._sendings(), [{"date_from": date(2026, 1, 12), "date_to": date(2026, 1, 18)}]
        )

    def test_not_to_those_handed_over(self):
        """Whose debt an agency collects hears about it from the agency only."""
        self._document(120, "2026-01-13")
        case = self.env["prepaid.collection"].with_company(self.company)
        case = case.create(
            {"partner_id": self.client.id, "agent_id": self._create_client("Agency").id}
        )
        case.action_hand_over()
        self._switch_on()
        self._run_cron("2026-02-01")
        self.assertFalse(self._sendings())
        case.action_close()
        self._run_cron("2026-02-02")
        self.assertEqual(self._sendings().partner_id, self.client)

    def test_never_and_nothing_old(self):
        self._document(120, "2026-01-10")
        self._run_cron("2026-02-01")
        self.assertFalse(self._sendings(), "off by default")
        self._switch_on(day="2026-02-03")
        self._run_cron("2026-02-04")
        self.assertFalse(self._sendings(), "January was over when it was switched on")
        self._run_cron("2026-03-01")
        self.assertEqual(len(self._sendings()), 1)
        self.client.prepaid_no_statement = True
        self._run_cron("2026-04-01")
        self.assertEqual(len(self._sendings()), 1)

    def test_no_address_and_failure_are_set_aside(self):
        """One broken client does not stop the others, and can be tried again."""
        boris = self._create_client("Boris")
        self._document(10, "2026-01-10", client=boris)
        self._document(120, "2026-01-10")
        self._switch_on()
        broken = UserError("No such picture")
        with patch.object(type(self.client), "_prepaid_mail_statement", side_effect=broken):
            self._run_cron("2026-02-01")
        states = {each.partner_id: each.state for each in self._sendings()}
        self.assertEqual(states, {boris: "skipped", self.client: "failed"})
        failed = self._sendings().filtered(lambda s: s.state == "failed")
        self.assertEqual(failed.error, "No such picture")
        boris.email = "boris@example.com"
        self._sendings().with_user(self.desk).action_retry()
        self._run_cron("2026-02-02")
        self.assertEqual(set(self._sendings().mapped("state")), {"queued"})
        with self.assertRaises(AccessError):
            self._sendings().with_user(self.specialist).action_retry()

    def test_killed_run_goes_on(self):
        for number in range(3):
            client = self._create_client(f"C{number}", email=f"c{number}@example.com")
            self._document(10, "2026-01-10", client=client)
        self._switch_on()
        with freeze_time("2026-02-01 08:00:00"):
            Sending = self.env["prepaid.statement.sending"].sudo()
            Sending.with_company(self.company)._note_due(self.company)
            first = self._sendings().sorted("id")[:1]
            first.sudo().with_company(self.company)._try_queue()
        self._run_cron("2026-02-01")
        self.assertEqual(len(self._mails()), 3)
        self.assertEqual(len(self.printed), 3)
