from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .reminder_common import ReminderCommon

LINE = "odoo.addons.prepaid_services.models.billing.prepaid_billing_line"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestBilling(ReminderCommon):
    """Clients are billed in batches of even size: once a run, and it shows what failed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cycles = (
            cls.env["prepaid.billing.cycle"]
            .with_user(cls.manager)
            .create(
                [
                    {"name": name, "company_id": cls.company.id, "date_next": day}
                    for name, day in (("Monday", "2026-03-16"), ("Tuesday", "2026-03-17"))
                ]
            )
        )
        cls.monday, cls.tuesday = cls.cycles

    def _cron(self, left=1):
        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: left):
            self.env["prepaid.billing.cycle"].sudo()._cron_billing()

    def _clients(self, count):
        return self.env["res.partner"].union(
            *(self._create_client(f"C{n}", email=f"c{n}@example.com") for n in range(count))
        )

    def _bill_mails(self):
        return self.env["mail.mail"].sudo().search([("model", "=", "prepaid.billing.line")])

    def _runs(self):
        return self.env["prepaid.billing.run"].search([], order="id")

    def test_batches_are_balanced(self):
        clients = self._clients(7)
        clients[0].with_company(self.company).billing_cycle_id = self.tuesday
        for client in clients:
            self._debt("2026-03-01", 10.0, client)
        self._debt("2026-03-01", 10.0)
        paid = self._create_client("Paid")
        self._debt("2026-03-01", 10.0, paid)
        self._top_up(10.0, client=paid)
        self.monday.action_spread()
        self.assertEqual(self.cycles.mapped("client_count"), [4, 4])
        self.assertFalse(paid.with_company(self.company).billing_cycle_id)
        self.assertEqual(clients[0].with_company(self.company).billing_cycle_id, self.tuesday)
        self.monday.action_spread()
        self.assertEqual(self.cycles.mapped("client_count"), [4, 4])

    def test_handed_over(self):
        """Whose debt an agency collects hears nothing about it from us."""
        self._debt("2026-03-01", 70.0)
        case = self.env["prepaid.collection"].with_user(self.manager)
        case = case.with_company(self.company).create(
            {"partner_id": self.client.id, "agent_id": self._create_client("Agency").id}
        )
        case.action_hand_over()
        self.assertFalse(self._runs().browse(self.monday.action_run()["res_id"]).line_ids)
        case.action_close()
        run = self._runs().browse(self.tuesday.action_run()["res_id"])
        self.assertEqual(run.line_ids.partner_id, self.client)

    def test_run(self):
        """Each client gets one e-mail with statement and new invoices; the rest is reported."""
        line = self._debt("2026-03-01", 70.0)
        ben = self._create_client("Ben")
        self._debt("2026-03-01", 30.0, ben)
        for client in self.client + ben:
            client.with_company(self.company).billing_cycle_id = self.monday
        with mute_logger(LINE):
            self._cron()
            self._cron()
        run = self._runs()
        self.assertEqual(
            (run.clients, run.sent, run.failed, run.waiting, run.amount, run.progress),
            (2, 1, 1, 0, 100.0, 100.0),
        )
        failed = run.line_ids.filtered(lambda each: each.state == "failed")
        self.assertEqual(failed.partner_id, ben)
        self.assertIn("e-mail", failed.error)
        mail = self._bill_mails()
        self.assertEqual(mail.recipient_ids, self.client)
        self.assertIn("70.00", mail.subject)
        self.assertEqual(len(mail.attachment_ids), 2, "invoice and statement")
        self.assertTrue(line.move_id.is_move_sent)
        self.assertEqual(self.monday.date_next, date(2026, 3, 23))
        ben.email = "ben@example.com"
        run.with_user(self.manager).action_retry()
        self._cron()
        self.assertEqual((run.sent, run.failed, len(self._bill_mails())), (2, 0, 2))

    def test_next_run_sends_new_invoices_only(self):
        self._debt("2026-03-01", 70.0)
        self.client.with_company(self.company).billing_cycle_id = self.monday
        self._cron()
        with freeze_time("2026-03-23 10:00:00"):
            self._cron()
            second = self._runs()[-1]
            self.assertEqual(second.line_ids.sudo().invoice_ids.ids, [])
            self.assertEqual(len(self._bill_mails()[0].attachment_ids), 1, "the statement")
            self.assertEqual(second._since(), date(2026, 3, 17))
        self.assertEqual(len(self._bill_mails()), 2)

    def test_by_hand_and_twice(self):
        self._debt("2026-03-01", 70.0)
        self.client.with_company(self.company).billing_cycle_id = self.tuesday
        action = self.tuesday.action_run()
        self.assertEqual(self.tuesday.action_run()["res_id"], action["res_id"])
        self._cron()
        self.assertEqual(len(self._bill_mails()), 1)
        self.assertEqual(self.tuesday.date_next, date(2026, 3, 17), "the regular run stays")

    def test_off_and_quiet(self):
        self._debt("2026-03-01", 70.0)
        self.cycles.is_automatic = False
        self._cron()
        self.assertFalse(self._runs())
        self.cycles.is_automatic = True
        with freeze_time("2026-03-16 20:00:00"):
            self._cron()
        self.assertFalse(self._runs(), "in the evening nobody is written to")

    def test_killed_half_way(self):
        for client in self._clients(3):
            self._debt("2026-03-01", 10.0, client)
            client.with_company(self.company).billing_cycle_id = self.monday
        with (
            patch(f"{LINE}.BATCH", 1),
            patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda *a, **k: k.get("remaining", 2) > 1,
            ),
        ):
            self.env["prepaid.billing.cycle"].sudo()._cron_billing()
        self.assertEqual(self._runs().waiting, 1)
        self._cron()
        self.assertEqual((self._runs().sent, len(self._bill_mails())), (3, 3))

    # -- one client, one voice -----------------------------------------------------------

    def test_no_bill_on_the_heels_of_a_reminder(self):
        self._debt("2026-03-01", 70.0)
        self._run()
        self.assertEqual(len(self._mails()), 1)
        self._cron()
        self.assertFalse(self._bill_mails(), "the bill waits")
        self.assertEqual(self._runs().waiting, 1)
        with freeze_time("2026-03-23 10:00:00"):
            self.tuesday.active = False
            self._cron()
            self.assertTrue(self._bill_mails())

    def test_no_reminder_on_the_heels_of_a_bill(self):
        line = self._debt("2026-03-01", 70.0)
        self._cron()
        self.assertEqual(len(self._bill_mails()), 1)
        self._run()
        self.assertEqual(self._told(line), [("friendly", "planned")])
        self.assertFalse(self._mails())
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
            self.assertEqual(self._told(line), [("friendly", "queued")])

    def test_disputed_amounts_are_not_billed(self):
        disputed = self._debt("2026-03-01", 70.0)
        card = self._as_desk(self.client)
        card.prepaid_dispute("was not there", [disputed.move_id.id])
        run = self._runs().browse(self.monday.action_run()["res_id"])
        self.assertFalse(run.line_ids)
        self._debt("2026-03-02", 30.0)
        run = self._runs().browse(self.tuesday.action_run()["res_id"])
        self.assertEqual(run.line_ids.amount, 30.0)
        self._cron()
        self.assertNotIn(disputed.move_id, run.line_ids.sudo().invoice_ids)
        card.prepaid_dispute("everything")
        with freeze_time("2026-03-24 10:00:00"):
            run = self._runs().browse(self.tuesday.action_run()["res_id"])
            self.assertFalse(run.line_ids)

    def test_paid_before_it_was_sent(self):
        self._debt("2026-03-01", 70.0)
        run = self._runs().browse(self.monday.action_run()["res_id"])
        self._top_up(70.0)
        self._cron()
        self.assertFalse(self._bill_mails())
        self.assertEqual(run.line_ids.state, "skipped")
        self.assertEqual((run.amount, run.progress), (0.0, 100.0))

    def test_no_bill_after_the_last_notice(self):
        last = self.steps["last"]
        steps = self.env["prepaid.reminder.step"].sudo().search([("topic", "=", "debt")])
        (steps - last).active = False
        last.write({"days": 3, "is_automatic": True})
        self._debt("2026-03-01", 70.0)
        self._run()
        with freeze_time("2026-04-13 10:00:00"):
            self._debt("2026-04-01", 5.0)
            run = self._runs().browse(self.monday.action_run()["res_id"])
            self.assertFalse(run.line_ids)
            self._top_up(70.0)
            run = self._runs().browse(self.tuesday.action_run()["res_id"])
            self.assertEqual(run.line_ids.amount, 5.0, "an ordinary client again")

    def test_bill_that_did_not_leave(self):
        self._debt("2026-03-01", 70.0)
        self._cron()
        self._bill_mails().write({"state": "exception", "failure_reason": "mailbox full"})
        self._cron()
        line = self._runs().line_ids
        self.assertEqual((line.state, line.error), ("failed", "mailbox full"))

    def test_rights(self):
        for user in (self.desk, self.specialist):
            with self.assertRaises(AccessError):
                self.monday.with_user(user).action_run()
            with self.assertRaises(AccessError):
                self.monday.with_user(user).write({"name": "x"})
        with self.assertRaises(AccessError):
            self.env["prepaid.billing.run"].with_user(self.specialist).search([])
        self.env["prepaid.billing.run"].with_user(self.desk).search([])
