"""What reminders say is true when they arrive, and what they count on did arrive."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .reminder_common import ReminderCommon


class TruthCommon(ReminderCommon):
    def _fail_mails(self, why="connection refused"):
        """The mail server is down."""
        mails = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        mails.write({"state": "exception", "failure_reason": why})

    def _only(self, name, days=3):
        """Leave one step of the ladder."""
        others = self.env["prepaid.reminder.step"].sudo().search([("topic", "=", "debt")])
        (others - self.steps[name]).active = False
        self.steps[name].days = days
        self.steps[name].is_automatic = True

    def _plan(self):
        self.env.flush_all()
        self.reminders._plan(self.company)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestReminderChecksAgain(TruthCommon):
    """Looked at again at the moment of sending."""

    def test_due_date_moved_after_planning(self):
        line = self._debt("2026-03-01")
        self._plan()
        line.date_maturity = "2026-03-30"
        self._run()
        self.assertFalse(self._mails())
        self.assertEqual(self._told(line), [("friendly", "skipped")])
        with freeze_time("2026-04-06 10:00:00"):
            self._run()
            self.assertEqual(self._told(line), [("friendly", "queued")], "when it is overdue again")
            self.assertIn("100.00", self._mails().subject)

    def test_moved_between_two_batches(self):
        line = self._debt("2026-03-01")
        self._plan()
        line.date_maturity = "2026-03-30"
        self.assertFalse(self.reminders._next_batch(self.company))

    def test_listed_call_leaves(self):
        self._only("call")
        for change in ("paid", "moved", "dispute", "promise", "never"):
            with self.subTest(change=change):
                client = self._create_client(change, phone="+32 456 00 11 33")
                line = self._debt("2026-03-01", client=client)
                self._run()
                activity = self._of(line).activity_id
                self.assertTrue(activity.active)
                card = self._as_desk(client)
                if change == "paid":
                    self._top_up(100.0, client=client)
                elif change == "moved":
                    line.date_maturity = "2026-03-30"
                elif change == "dispute":
                    card.prepaid_dispute("wrong price", [line.move_id.id])
                elif change == "promise":
                    card.prepaid_promise("2026-03-20")
                else:
                    card.prepaid_reminder_mode = "never"
                self._run()
                self.assertFalse(activity.exists().active)
                self.assertNotEqual(self._told(line)[-1][1], "queued")

    def test_call_comes_back_when_the_promise_is_broken(self):
        self._only("call")
        line = self._debt("2026-03-01")
        self._run()
        self._as_desk(self.client).prepaid_promise("2026-03-18")
        self._run()
        self.assertEqual(self._told(line), [("call", "planned")])
        with freeze_time("2026-03-19 10:00:00"):
            self._run()
        self.assertEqual(self._told(line), [("call", "queued")])
        self.assertTrue(self._of(line).activity_id.active)

    def test_call_says_what_is_open_today(self):
        self._only("call")
        line = self._debt("2026-03-01")
        self._run()
        self._top_up(30.0)
        self._run()
        self.assertIn("70.00", self._of(line).activity_id.summary)
        self.assertIn("70.00", self._of(line).activity_id.note)

    def test_letter_of_a_paid_debt_is_not_printed(self):
        self._only("last")
        line = self._debt("2026-03-01")
        self._run()
        letter = self._as_desk(self._of(line))
        self.assertEqual(letter.state, "queued")
        self._top_up(100.0)
        with self.assertRaises(UserError):
            letter.action_print_letters()

    def test_letter_without_address_is_shown_to_the_desk(self):
        self._only("last")
        self.client.street = False
        line = self._debt("2026-03-01")
        self._run()
        letter = self._of(line)
        self.assertEqual(letter.state, "failed")
        self.assertIn("address", letter.error)
        self.client.street = "Main Street 1"
        self._as_desk(letter).action_retry()
        self._run()
        self.assertEqual(letter.state, "queued")

    def test_paid_back_and_owed_again(self):
        """A payment that bounces: the step that was dropped comes back, not the next one."""
        line = self._debt("2026-03-01")
        self._plan()
        payment = self._top_up(100.0)
        self._run()
        self.assertEqual(self._told(line), [("friendly", "skipped")])
        payment.sudo().action_draft()
        with freeze_time("2026-03-30 10:00:00"):
            self._run()
        self.assertEqual(self._told(line), [("friendly", "queued")])

    def test_money_pays_what_is_asked_for(self):
        """What is in dispute does not eat the balance: no message about nothing."""
        self.company.prepaid_debts_first = False
        disputed, other = self._debt("2026-03-01", 100.0), self._debt("2026-03-02", 50.0)
        self._as_desk(self.client).prepaid_dispute("was not there", [disputed.move_id.id])
        self._top_up(60.0)
        self._run()
        self.assertFalse(self._of(other))
        self.assertFalse(self._mails())

    def test_instalments_are_not_listed(self):
        self._debt("2026-03-01", 100.0)
        self._as_desk(self.client).prepaid_instalments([["2026-04-20", 100.0]])
        self._debt("2026-03-02", 50.0)
        self._run()
        self.assertIn("50.00", self._mails().subject)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestReminderArrives(TruthCommon):
    """A step counts when it was delivered."""

    def test_mail_server_down(self):
        old, new = self._debt("2026-03-01", 70.0), self._debt("2026-03-02", 30.0)
        self._run()
        self._fail_mails()
        self._run()
        self.assertEqual(self._told(old), [("friendly", "failed")], "the whole message")
        self.assertEqual(self._told(new), [("friendly", "failed")])
        self.assertFalse(any(self._of(old, new).mapped("date_sent")))
        with freeze_time("2026-04-20 10:00:00"):
            self._run()
            self.assertEqual(self._told(new), [("friendly", "failed")], "the next one waits")
            self._as_desk(self._of(new)).action_retry()
            self._run()
            self._deliver()
            self._run()
            self.assertEqual({self._told(old)[0], self._told(new)[0]}, {("friendly", "done")})
            mails = self._mails().filtered(lambda mail: mail.state == "sent")
            self.assertEqual(len(mails), 1)
        with freeze_time("2026-04-22 10:00:00"):
            self._run()
            self.assertEqual(len(self._of(new)), 1, "some days after it arrived")
        with freeze_time("2026-04-27 10:00:00"):
            self._run()
            self.assertEqual(self._told(new)[-1], ("firm", "queued"))

    def test_mail_that_still_waits(self):
        line = self._debt("2026-03-01")
        self._run()
        with freeze_time("2026-04-20 10:00:00"):
            self._run()
            self.assertEqual(self._told(line), [("friendly", "queued")])

    def test_first_to_arrive_is_the_first_step(self):
        """Also where there was no address for months."""
        self.client.email = False
        line = self._debt("2026-03-01")
        for day in ("2026-03-16", "2026-03-23", "2026-03-30"):
            with freeze_time(f"{day} 10:00:00"):
                self._run()
        self.assertEqual({state for _step, state in self._told(line)}, {"failed"})
        self.client.email = "anna@example.com"
        with freeze_time("2026-04-01 10:00:00"):
            self._as_desk(self._of(line)).action_retry()
            self._run()
        self.assertEqual(self._told(line), [("friendly", "queued")])

    def test_no_address_at_all_leads_to_the_phone(self):
        self.client.email = False
        line = self._debt("2026-03-01")
        for day in ("2026-03-16", "2026-03-23", "2026-04-02"):
            with freeze_time(f"{day} 10:00:00"):
                self._run()
        self.assertEqual(self._told(line)[-1], ("call", "queued"))

    def test_collection_is_proposed_after_the_last_notice(self):
        self._only("last")
        line = self._debt("2026-03-01")
        self._run()
        self._as_desk(self._of(line)).action_print_letters()
        kind = self.env.ref("prepaid_services.mail_activity_type_collection")

        def asked():
            activities = self.client.sudo().activity_ids
            return activities.filtered(lambda a: a.activity_type_id == kind)

        with freeze_time("2026-03-23 10:00:00"):
            self._run()
            self.assertFalse(asked(), "the day to pay is not over")
        with freeze_time("2026-03-24 10:00:00"):
            self._run()
            self._run()
            self.assertEqual(asked().user_id, self.manager)
            self._top_up(100.0)
            self._run()
            self.assertFalse(asked())

    def test_run_says_what_it_did(self):
        self.company.prepaid_reminders = False
        self._debt("2026-03-01", 70.0)
        other = self._create_client("Olga", email="olga@example.com")
        self._as_desk(other).prepaid_reminder_mode = "manual"
        self._debt("2026-03-01", 50.0, other)
        wizard = self._as_desk(self.env["prepaid.reminder.run"])
        run = wizard.browse(wizard.action_open()["res_id"])
        answer = run.action_start()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertRegex(answer["params"]["message"], "1 clients will .* 1 clients are")
        self.assertEqual(answer["params"]["next"]["res_model"], "prepaid.reminder")
        self.reminders.search([]).unlink()
        self._top_up(70.0)
        self._top_up(50.0, client=other)
        run = wizard.browse(wizard.action_open()["res_id"])
        self.assertIn("nobody", run.action_start()["params"]["message"])
