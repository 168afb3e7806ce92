from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .reminder_common import ReminderCommon

SEND = "odoo.addons.prepaid_services.models.reminder.prepaid_reminder_send"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestReminderWays(ReminderCommon):
    """By which way, and what it costs the client."""

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
        self.assertEqual(reminder.date_call, date(2026, 3, 17), "off today's list of calls")
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
        self._deliver()
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
