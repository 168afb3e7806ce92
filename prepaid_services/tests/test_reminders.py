from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .reminder_common import ReminderCommon

SEND = "odoo.addons.prepaid_services.models.reminder.prepaid_reminder_send"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestReminders(ReminderCommon):
    """Who is reminded, of what, once; and what stops it."""

    # -- the ladder ----------------------------------------------------------------------

    def test_one_message_lists_all_that_is_overdue(self):
        old, new = self._debt("2026-03-01", 70.0), self._debt("2026-03-09", 30.0)
        fresh = self._debt("2026-03-14", 5.0)
        self._run()
        self._run()
        self.assertEqual(self._told(old), [("friendly", "done")])
        self.assertEqual(self._told(new), [("friendly", "queued")])
        self.assertEqual(self._of(old).lead_id, self._of(new))
        self.assertFalse(self._of(fresh), "not 7 days overdue")
        mail = self._mails()
        self.assertEqual(mail.recipient_ids, self.client)
        self.assertIn("$ 105.00", mail.subject.replace("\xa0", " "))
        for line in old + new + fresh:
            self.assertIn(line.move_id.name, mail.body_html)
        self.assertIn(f"/my/balance/{self.client.id}", mail.body_html)
        self._deliver()
        self._run()
        self.assertEqual(self._told(new), [("friendly", "done")])
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self.client.with_company(self.company).prepaid_reminder_count, 1)
        self.assertIn("Friendly reminder", self.client.message_ids[0].body)

    def test_a_year_with_holidays(self):
        """Each step on its day, or the first working day after it; at least five days apart."""
        self.env["prepaid.holiday"].sudo().create(
            {"name": "Spring", "date_from": "2026-03-23", "date_to": "2026-03-26"}
        )
        first, late = self._debt("2026-03-16"), self._debt("2026-03-19")
        sent, seen = [], set()
        for day in self._days("2026-03-09", 365):
            busy = day < date(2026, 6, 10)
            if not busy and day.weekday() != 2:
                continue  # nothing is open any more: once a week is enough
            for hour in (6, 10, 20) if day < date(2026, 3, 30) else (10,):
                with freeze_time(datetime.combine(day, datetime.min.time()).replace(hour=hour)):
                    self._run()
                    self._deliver()
                    rows = self._of(first, late).filtered(lambda r: r.date_sent and not r.lead_id)
                    for row in rows.filtered(lambda r: r.id not in seen):
                        seen.add(row.id)
                        names = {step.id: name for name, step in self.steps.items()}
                        sent.append((names[row.step_id.id], str(day), hour))
                    self._of(first).filtered(lambda r: r.state == "to_confirm").action_confirm()
            if day == date(2026, 5, 31):
                with freeze_time("2026-05-31 10:00:00"):
                    self._top_up(200.0, "2026-05-31")
        self.assertEqual(
            sent,
            [
                ("before", "2026-03-13", 10),
                ("before", "2026-03-18", 10),  # the 16th comes too soon after it
                ("friendly", "2026-03-27", 10),  # of both: a holiday until the 26th
                ("firm", "2026-04-01", 10),
                ("firm", "2026-04-06", 10),
                ("call", "2026-04-15", 10),  # the call about the later one is the same
                ("last", "2026-05-18", 10),  # a Friday, confirmed in the evening
            ],
        )
        self._assert_balance_is_ledger()

    def test_late_starter_begins_gently(self):
        line = self._debt("2025-09-01")
        self._run()
        self.assertEqual(self._told(line), [("friendly", "queued")])
        with freeze_time("2026-03-20 10:00:00"):
            self._deliver()
            self._run()
            self.assertEqual(len(self._of(line)), 1, "at least five days apart")
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
        self.assertEqual(self._told(line)[-1][0], "firm")

    def test_steps_of_a_company(self):
        own = self.steps["firm"].copy({"company_id": self.company.id, "days": 1})
        line = self._debt("2026-03-14")
        self._run()
        self.assertEqual(self._of(line).step_id, own)

    def test_steps_are_checked(self):
        with self.assertRaises(ValidationError):
            self.steps["friendly"].mail_template_id = False
        with self.assertRaises(ValidationError):
            self.steps["friendly"].interest_rate = 5.0

    # -- what stops it -------------------------------------------------------------------

    def test_payment_ends_it(self):
        """Also between planning and sending."""
        line = self._debt("2026-03-01")
        self.reminders._plan(self.company)
        self.assertEqual(self._told(line), [("friendly", "planned")])
        self._top_up(100.0)
        self._run()
        self.assertEqual(self._told(line), [("friendly", "skipped")])
        self.assertEqual(self._of(line).reason, "settled")
        self.assertFalse(self._mails())

    def test_balance_covers_the_oldest(self):
        """A client whose money is with us is not chased; what is not covered is."""
        self.company.prepaid_debts_first = False
        old, new = self._debt("2026-03-01", 60.0), self._debt("2026-03-02", 40.0)
        self._top_up(99.0)
        self._run()
        self.assertFalse(self._of(old))
        self.assertEqual(self._told(new), [("friendly", "queued")])
        self.assertEqual(self._of(new).amount_text.replace("\xa0", " "), "$ 1.00")
        with freeze_time("2026-03-17 10:00:00"):
            other = self._create_client("Olga", email="olga@example.com")
            covered = self._debt("2026-03-01", 40.0, other)
            self._top_up(40.0, client=other)
            self._run()
            self.assertFalse(self._of(covered))

    def test_promise_dispute_plan_and_never(self):
        line = self._debt("2026-03-01")
        client = self._as_desk(self.client)

        def nothing():
            self._run()
            self.assertFalse(self._of(line))

        client.prepaid_promise("2026-03-20", "on Friday")
        nothing()
        with freeze_time("2026-03-20 10:00:00"):
            nothing()
        client.prepaid_promise_date = False
        client.prepaid_dispute("was not there")
        nothing()
        client.prepaid_end_dispute()
        client.prepaid_dispute("wrong price", [line.move_id.id])
        self.assertEqual(line.move_id.prepaid_dispute_reason, "wrong price")
        nothing()
        client.prepaid_end_dispute([line.move_id.id])
        line.move_id.no_followup = True
        nothing()
        line.move_id.no_followup = False
        client.prepaid_reminder_mode = "never"
        nothing()
        client.prepaid_reminder_mode = "automatic"
        self._run()
        self.assertEqual(self._told(line), [("friendly", "queued")])

    def test_pause_between_planning_and_sending(self):
        line = self._debt("2026-03-01")
        self.reminders._plan(self.company)
        self._as_desk(self.client).prepaid_promise("2026-03-18")
        self._run()
        self.assertEqual(self._told(line), [("friendly", "planned")])
        with freeze_time("2026-03-19 10:00:00"):
            self._run()
        self.assertEqual(self._told(line), [("friendly", "queued")])

    def test_instalments(self):
        line, later = self._debt("2026-03-01", 90.0), self._debt("2026-03-02", 10.0)
        client = self._as_desk(self.client)
        wrong = [["2026-03-20", 50.0]]
        self._refused("add up to", client.prepaid_instalments, wrong)
        self._refused("date and an amount", client.prepaid_instalments, [5])
        plan_id = client.prepaid_instalments([["2026-03-20", 50.0], ["2026-04-20", 50.0]])
        plan = self.env["prepaid.instalment.plan"].browse(plan_id)
        self._run()
        self.assertFalse(self._of(line, later))
        new = self._debt("2026-03-03", 7.0)
        self._run()
        self.assertEqual(self._told(new), [("friendly", "queued")], "not part of the plan")
        new.move_id.sudo().button_draft()
        self._top_up(50.0)
        self.assertEqual((plan.amount_paid, str(plan.date_next)), (50.0, "2026-04-20"))
        with freeze_time("2026-04-20 10:00:00"):
            self._run()
            self.assertEqual(plan.state, "active")
        with freeze_time("2026-04-21 10:00:00"):
            self._run()
            self.assertEqual(plan.state, "broken")
            self.assertEqual(self._told(later), [("friendly", "queued")])
            self.assertEqual(self._of(line).lead_id, self._of(later))

    def test_instalments_paid(self):
        self._debt("2026-03-01", 90.0)
        client = self._as_desk(self.client)
        plan = self.env["prepaid.instalment.plan"].browse(
            client.prepaid_instalments([["2026-03-20", 90.0]])
        )
        self._top_up(90.0)
        self._run()
        self.assertEqual(plan.state, "done")

    def test_credit_note_and_unposted(self):
        line = self._debt("2026-03-01")
        draft = self._debt("2026-03-01")
        draft.move_id.sudo().button_draft()
        self.reminders._plan(self.company)
        line.move_id.sudo()._reverse_moves([{"date": "2026-03-16"}], cancel=True)
        self._run()
        self.assertEqual(self._told(line), [("friendly", "skipped")])
        self.assertFalse(self._of(draft))

    # -- when ----------------------------------------------------------------------------

    def test_quiet_hours_and_weekends(self):
        line = self._debt("2026-03-01")
        for moment in ("2026-03-14 12:00:00", "2026-03-16 08:59:00", "2026-03-16 18:00:00"):
            with freeze_time(moment):
                self._run()
                self.assertEqual(self._told(line), [("friendly", "planned")], moment)
        self.company.partner_id.tz = "Asia/Yerevan"  # UTC+4
        with freeze_time("2026-03-17 05:00:00"):
            self._run()
        self.assertEqual(self._told(line), [("friendly", "queued")])
        for hours in ((18.0, 9.0), (9.0, 25.0)):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.company.write({"prepaid_send_from": hours[0], "prepaid_send_to": hours[1]})

    def test_cap_over_all_messages_of_a_client(self):
        first = self._debt("2026-03-09")
        self._run()
        second = self._debt("2026-03-10")
        with freeze_time("2026-03-17 10:00:00"):
            self._run()
            self.assertEqual(self._told(second), [("friendly", "planned")])
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
        self.assertEqual(self._told(second), [("friendly", "queued")])
        self.assertEqual(self._told(first), [("friendly", "queued")])

    # -- by hand -------------------------------------------------------------------------

    def test_confirm_and_skip(self):
        client = self._as_desk(self.client)
        client.prepaid_reminder_mode = "manual"
        line = self._debt("2026-03-01")
        self._run()
        self.assertEqual(self._told(line), [("friendly", "to_confirm")])
        with self.assertRaises(AccessError):
            self._of(line).with_user(self.specialist).action_confirm()
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
            self.assertEqual(self._told(line), [("friendly", "to_confirm")], "nobody was told yet")
            self._as_desk(self._of(line)[-1]).action_confirm()
            self._run()
            self.assertEqual(self._told(line), [("friendly", "queued")])
            self._deliver()
        with freeze_time("2026-03-31 10:00:00"):
            self._run()
            self.assertEqual(self._told(line)[-1], ("firm", "to_confirm"))
            self._as_desk(self._of(line)[-1]).action_skip()
            self._run()
        self.assertEqual(self._of(line)[-1].reason, "by_hand")

    def test_preview_and_start(self):
        self.company.prepaid_reminders = False
        self._debt("2026-03-01", 70.0)
        olga = self._create_client("Olga")
        self._debt("2026-03-01", 50.0, olga)
        self._as_desk(olga).prepaid_promise("2026-03-20")
        self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": "2026-03-10", "payment_ref": "?", "amount": 70.0}
        )
        action = self._as_desk(self.env["prepaid.reminder.run"]).action_open()
        run = self._as_desk(self.env["prepaid.reminder.run"]).browse(action["res_id"])
        self.assertEqual((run.clients, run.paused, run.bank_count), (1, 1, 1))
        self.assertIn("70.00", run.bank_text)
        self.assertEqual(run.amount, 70, "who is left in peace is not asked")
        self.assertEqual(run.line_ids.mapped("hold"), [False, "promise"])
        self.assertFalse(self.reminders.search([("partner_id", "=", self.client.id)]))
        run.action_start()
        self.assertTrue(self.company.prepaid_reminders_asked)
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1):
            self.reminders.sudo()._cron_run()
        self.assertEqual(len(self._mails()), 1)
        self.assertFalse(self.company.prepaid_reminders_asked, "once")
        with self.assertRaises(AccessError):
            self.env["prepaid.reminder.run"].with_user(self.specialist).action_open()
