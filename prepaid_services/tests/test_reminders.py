from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

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
                    rows = self._of(first, late).filtered(lambda r: r.date_sent and not r.lead_id)
                    for row in rows.filtered(lambda r: r.id not in seen):
                        seen.add(row.id)
                        names = {step.id: name for name, step in self.steps.items()}
                        sent.append((names[row.step_id.id], str(day), hour))
                    self._of(first).filtered(lambda r: r.state == "to_confirm").action_confirm()
            if day == date(2026, 5, 31):
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

    def test_confirm_skip_and_overtaken(self):
        client = self._as_desk(self.client)
        client.prepaid_reminder_mode = "manual"
        line = self._debt("2026-03-01")
        self._run()
        self.assertEqual(self._told(line), [("friendly", "to_confirm")])
        with self.assertRaises(AccessError):
            self._of(line).with_user(self.specialist).action_confirm()
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
            self.assertEqual(self._told(line), [("friendly", "skipped"), ("firm", "to_confirm")])
            self._as_desk(self._of(line)[-1]).action_confirm()
            self._run()
            self.assertEqual(self._told(line)[-1], ("firm", "queued"))
        with freeze_time("2026-03-31 10:00:00"):
            self._run()
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

    # -- ways ----------------------------------------------------------------------------

    def _at(self, name, due="2026-03-01"):
        """Return the open item of a client for whom a step is the next one, and its reminder."""
        line = self._debt(due)
        step = self.steps[name]
        others = self.env["prepaid.reminder.step"].sudo().search([("id", "!=", step.id)])
        others.active = False
        step.days = 3
        return line

    def test_call(self):
        line = self._at("call")
        self._run()
        reminder = self._as_desk(self._of(line))
        activity = reminder.sudo().activity_id
        self.assertEqual(activity.res_id, self.client.id)
        self.assertIn("instalments", activity.note)
        self.assertIn(line.move_id.name, activity.note)
        self.assertEqual(activity.user_id, self.manager)
        self._refused("one of", reminder.log_call, "maybe")
        self._refused("which day", reminder.log_call, "promise")
        reminder.action_no_answer()
        self.assertEqual((reminder.state, reminder.outcome), ("queued", "no_answer"))
        self.assertEqual(activity.date_deadline, date(2026, 3, 17))
        wizard = self._as_desk(self.env["prepaid.reminder.outcome"]).browse(
            reminder.action_open_outcome()["res_id"]
        )
        wizard.write({"date": "2026-03-27", "note": "payday"})
        wizard.action_save()
        self.assertEqual((reminder.state, reminder.outcome), ("done", "promise"))
        self.assertFalse(activity.active)
        self.assertEqual(
            self.client.with_company(self.company).prepaid_promise_date, date(2026, 3, 27)
        )

    def test_call_ends_with_the_payment(self):
        line = self._at("call")
        self._run()
        self._top_up(100.0)
        self._run()
        self.assertEqual(self._told(line), [("call", "skipped")])
        self.assertFalse(self._of(line).activity_id.active)

    def test_call_done_in_the_chatter(self):
        line = self._at("call")
        self._run()
        self._of(line).activity_id.action_feedback()
        self._run()
        self.assertEqual(self._told(line), [("call", "done")])

    def test_call_dispute(self):
        line = self._at("call")
        self._run()
        reminder = self._as_desk(self._of(line))
        self._refused("does not agree", reminder.log_call, "dispute")
        reminder.log_call("dispute", False, "not mine")
        self.assertEqual(self.client.with_company(self.company).prepaid_dispute_reason, "not mine")

    def test_letter(self):
        line = self._at("last")
        self._run()
        reminder = self._as_desk(self._of(line))
        self.assertEqual(reminder.state, "to_confirm")
        self._refused("no letter", reminder.action_print_letters)
        reminder.action_confirm()
        self._run()
        self.assertEqual(reminder.state, "queued")
        html = str(
            self.env["ir.actions.report"]
            .with_user(self.desk)
            ._render_qweb_html("prepaid_services.report_reminder_letter", reminder.ids)[0]
        )
        self.assertIn("Last notice", html)
        self.assertIn(line.move_id.name, html)
        self.assertEqual(reminder.action_print_letters()["type"], "ir.actions.report")
        self.assertEqual(reminder.state, "done")

    def test_sms_and_opt_out(self):
        step = self.steps["friendly"]
        template = self.env.ref("prepaid_services.sms_template_reminder_overdue")
        step.write({"channel": "sms", "sms_template_id": template.id})
        line = self._debt("2026-03-01")
        self.env["phone.blacklist"].sudo().add(self.client._phone_format(fname="phone"))
        self._run()
        self.assertEqual(self._of(line).reason, "opted_out")
        olga = self._create_client("Olga", phone="+32 456 00 11 33")
        other, nobody = self._debt("2026-03-01", 5, olga), self._create_client("Ben", phone=False)
        lost = self._debt("2026-03-01", 5, nobody)
        self._run()
        self.assertEqual(self._told(other), [("friendly", "queued")])
        self.assertIn("Olga", self._of(other).sms_id.body)
        self.assertEqual(self._told(lost), [("friendly", "failed")])
        self.assertIn("phone", self._of(lost).error)

    def test_unreachable_is_set_aside_and_retried(self):
        self.client.email = False
        first, second = self._debt("2026-03-01"), self._debt("2026-03-02")
        self.steps["friendly"].fee_product_id = self._fee()
        self._run()
        self.assertEqual({r.state for r in self._of(first, second)}, {"failed"})
        self.assertFalse(self._of(first, second).fee_invoice_id, "no message, no fee")
        self.client.email = "anna@example.com"
        self._as_desk(self._of(first, second)).action_retry()
        self._run()
        self.assertEqual(len(self._mails()), 1)

    def test_opted_out_of_mail(self):
        line, other = self._debt("2026-03-01"), self._debt("2026-03-02")
        self.env["mail.blacklist"].sudo()._add("anna@example.com")
        self._run()
        self.assertEqual({r.state for r in self._of(line, other)}, {"skipped"})
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
            self.assertEqual(self._told(line)[-1], ("firm", "skipped"))
        with freeze_time("2026-04-02 10:00:00"):
            self._run()
            self.assertEqual(self._told(other)[-1], ("call", "queued"), "the phone is left")

    def test_failed_delivery_shows(self):
        line = self._debt("2026-03-01")
        self._run()
        self._mails().write({"state": "exception", "failure_reason": "mailbox full"})
        self._run()
        self.assertEqual(self._told(line), [("friendly", "failed")])
        self.assertEqual(self._of(line).error, "mailbox full")

    def test_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.steps["friendly"].mail_template_id
        template.with_context(lang="fr_FR").subject = "Rappel {{ object.amount_text }}"
        self.client.lang = "fr_FR"
        self._debt("2026-03-01", 1234.5)
        self._run()
        self.assertIn("Rappel", self._mails().subject)
        self.assertIn("1 234,50", self._mails().subject.replace("\u202f", " ").replace("\xa0", " "))
        self.assertIn("01/03/2026", self._mails().body_html)

    # -- fee and interest ----------------------------------------------------------------

    def _fee(self, price=8.0):
        return self._create_service("Reminder Fee", price).id

    def test_fee_and_interest(self):
        self.steps["friendly"].write(
            {
                "fee_product_id": self._fee(),
                "interest_product_id": self._create_service("Interest", 0.0).id,
                "interest_rate": 36.5,
            }
        )
        self.steps["firm"].write(
            {
                "interest_product_id": self.steps["friendly"].interest_product_id.id,
                "interest_rate": 36.5,
            }
        )
        line, small = self._debt("2026-03-06", 100.0), self._debt("2026-03-07", 10.0)
        self._run()
        self._run()
        fee = self._of(small).fee_invoice_id
        # 100 x 10 days + 10 x 9 days, a tenth of a percent a day
        self.assertRecordValues(fee.invoice_line_ids, [{"price_unit": 8.0}, {"price_unit": 1.09}])
        self.assertEqual(fee.state, "posted")
        self.assertIn(fee.name, self._mails().body_html)
        self.assertIn("119.09", self._mails().subject)
        with freeze_time("2026-03-23 10:00:00"):
            self._run()
            interest = self._of(small)[-1].fee_invoice_id
            self.assertEqual(interest.amount_total, 0.77, "seven more days")
        with freeze_time("2026-06-01 10:00:00"):
            self._run()
            fees = (fee + interest).line_ids
            self.assertFalse(self._of(*fees), "no reminder of a reminder fee")
        self._assert_ledger(receivable=119.86)
        self.assertTrue(self._of(line)[0].interest_until)
        self._assert_balance_is_ledger()

    def test_fee_that_cannot_be_booked_sets_aside(self):
        journal = self.company._prepaid_sale_journal()
        journal.default_account_id = False
        fee = self._create_service("Fee", 5.0, property_account_income_id=False)
        fee.categ_id = self.env["product.category"].create(
            {"name": "No account", "property_account_income_categ_id": False}
        )
        self.steps["friendly"].fee_product_id = fee
        line = self._debt("2026-03-01")
        with (
            mute_logger(SEND, "odoo.sql_db"),
            patch.object(
                type(self.env["prepaid.ledger"]), "_invoice", side_effect=UserError("no account")
            ),
        ):
            self._run()
        self.assertEqual(self._told(line), [("friendly", "failed")])
        self.assertEqual(self._of(line).error, "no account")
        self.assertFalse(self._mails())

    # -- robust --------------------------------------------------------------------------

    def test_killed_half_way(self):
        clients = [self._create_client(f"C{n}", email=f"c{n}@example.com") for n in range(3)]
        lines = [self._debt("2026-03-01", 10.0, client) for client in clients]
        with patch(f"{SEND}.BATCH", 1):
            self._run(left=0)
            self.assertFalse(self._mails(), "planned, not sent")
            self._run(left=1)
        self.assertEqual(len(self._mails()), 3)
        cls = type(self.reminders)
        more = self._debt("2026-03-01", 10.0)
        with (
            patch.object(cls, "_log_sent", side_effect=MemoryError),
            self.assertRaises(MemoryError),
            self.env.cr.savepoint(),
        ):
            self._run()
        self._run()
        self.assertEqual(self._told(more), [("friendly", "queued")])
        self.assertEqual(len(self._mails()), 4)
        self.assertEqual({state for line in lines for _n, state in self._told(line)}, {"queued"})

    def test_broken_text_stops_nothing_else(self):
        olga = self._create_client("Olga", email="olga@example.com")
        bad, good = self._debt("2026-03-01"), self._debt("2026-03-01", 5.0, olga)
        template = self.steps["friendly"].mail_template_id
        template.body_html = "<p t-out=\"1 / len(object.partner_id.phone or '')\"/>"
        with mute_logger(SEND, "odoo.addons.mail.models.mail_render_mixin"):
            self._run()
        self.assertEqual(self._told(bad), [("friendly", "queued")])
        self.assertEqual(self._told(good), [("friendly", "failed")])
        template.body_html = "<p>Repaired</p>"
        self._as_desk(self._of(good)).action_retry()
        self._run()
        self.assertEqual(self._told(good), [("friendly", "queued")])

    def test_number_of_queries(self):
        """Planning takes the same number of queries for one client and for a hundred."""

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.reminders._plan(self.company)
            return self.env.cr.sql_log_count - before

        queries()  # what is read once and kept: references, groups, the company's tree
        self._debt("2026-03-01")
        one = queries()
        for number in range(20):
            self._debt("2026-03-01", 5.0, self._create_client(f"C{number}"))
        self.assertLessEqual(queries(), one)
        self.assertEqual(self.reminders.search_count([("state", "=", "planned")]), 21)

    # -- who -----------------------------------------------------------------------------

    def test_rights(self):
        line = self._debt("2026-03-01")
        self._run()
        reminder = self._of(line)
        for user in (self.specialist, self._create_user("employee", "base.group_user")):
            with self.assertRaises(AccessError):
                reminder.with_user(user).read(["state"])
            for call in (
                lambda user=user: self.client.with_user(user).prepaid_promise("2026-03-30"),
                lambda user=user: self.client.with_user(user).prepaid_dispute("x"),
                lambda user=user: self.client.with_user(user).prepaid_instalments([]),
            ):
                with self.assertRaises(AccessError):
                    call()
        desk = self._as_desk(reminder)
        desk.read(["state", "amount_text", "items_html", "document"])
        for call in (lambda: desk.write({"state": "done"}), desk.unlink):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            self._as_desk(self.steps["friendly"]).write({"days": 1})
        self.steps["friendly"].with_user(self.manager).days = 8

    def test_other_company(self):
        line = self._debt("2026-03-01")
        self._run()
        other = self.setup_other_company()["company"]
        stranger = self._create_user("stranger", "prepaid_services.group_front_desk")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        found = self.env["prepaid.reminder"].with_user(stranger).with_company(other).search([])
        self.assertFalse(found)
        self.assertEqual(len(self._of(line)), 1)

    def test_bad_input(self):
        client = self._as_desk(self.client)
        line = self._debt("2026-03-01")
        stranger = self._debt("2026-03-01", 5.0, self._create_client("Olga"))
        for words, call, args in (
            ("still to come", client.prepaid_promise, ("2026-03-01",)),
            ("not a date", client.prepaid_promise, ("tomorrow",)),
            ("why", client.prepaid_dispute, ("",)),
            ("not all invoices", client.prepaid_dispute, ("x", [stranger.move_id.id])),
            ("list of their ids", client.prepaid_dispute, ("x", ["a"])),
            ("greater than zero", client.prepaid_instalments, ([["2026-04-01", 0]],)),
        ):
            self._refused(words, call, *args)
        self.assertFalse(line.move_id.prepaid_dispute_reason)

    def test_cron(self):
        """The cron itself commits, and works."""
        self._debt("2026-03-01")
        with self.enter_registry_test_mode():
            self.env.ref("prepaid_services.ir_cron_reminders").method_direct_trigger()
        self.assertEqual(len(self._mails()), 1)
