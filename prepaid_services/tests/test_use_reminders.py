from odoo import fields
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver
from .reminder_common import ReminderCommon

SOLD = "2026-01-05"  # a Monday


@tagged("post_install", "-at_install")
class TestUseReminders(ReminderCommon, CaseDriver):
    """Clients are reminded to use what they paid for: gently, once, and not when they come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"prepaid_use_reminders": True, "prepaid_reminders": False})
        cls.client.email = "anna@example.com"

    def _sell_package(self, sessions=10, day=SOLD, **vals):
        with freeze_time(f"{day} 10:00:00"):
            self._sell(self._template(100.0 * sessions, sessions, **vals))
        return self.package

    def _on(self, day):
        """Run the ladder at ten in the morning of a day; return all that was sent so far."""
        with freeze_time(f"{day} 10:00:00"):
            self._run()
            self._deliver()
        return self._sent()

    def _sent(self):
        """Return what the client was sent: topic and days of the steps, in order."""
        self.env.invalidate_all()
        reminders = self.env["prepaid.reminder"].sudo().search(
            [("partner_id", "=", self.client.id), ("date_sent", "!=", False)], order="id"
        )
        return [(r.topic, r.step_id.days) for r in reminders if not r.lead_id]

    def test_never_started(self):
        self._sell_package()
        self.assertEqual(self._on("2026-01-09"), [])
        first = [("never", 7)]
        self.assertEqual(self._on("2026-01-12"), first)
        self.assertEqual(self._on("2026-01-12"), first, "twice on a day, once")
        self.assertEqual(self._on("2026-01-19"), [*first, ("never", 14)])
        self.assertEqual(self._on("2026-03-16"), [*first, ("never", 14)], "then it is enough")
        mail = self._mails()[:1]
        self.assertIn("/my/visit-request/", mail.body_html)
        self.assertIn("10 of 10 sessions left", " ".join(mail.body_html.split()))

    def test_no_fee(self):
        """Fees and interest are for those who owe something, whatever stands on the step."""
        self._sell_package()
        steps = self.env["prepaid.reminder.step"].search([("topic", "=", "never")])
        steps.sudo().fee_product_id = self._create_service("Reminder Fee", 8.0)
        self.assertEqual(self._on("2026-01-12"), [("never", 7)])
        reminders = self.env["prepaid.reminder"].search([("topic", "=", "never")])
        self.assertFalse(reminders.fee_invoice_id)

    def test_dormant_each_time_anew(self):
        self._sell_package()
        with freeze_time("2026-01-06 10:00:00"):
            self._use("2026-01-06")
        self.assertEqual(self._on("2026-01-26"), [])
        self.assertEqual(self._on("2026-01-27"), [("dormant", 21)])
        with freeze_time("2026-02-02 10:00:00"):
            self._use("2026-02-02")
        self.assertEqual(self._on("2026-02-20"), [("dormant", 21)], "45 days, but a visit between")
        self.assertEqual(self._on("2026-02-23"), [("dormant", 21)] * 2)

    def test_a_visit_ahead_ends_it(self):
        self._sell_package()
        with freeze_time("2026-01-08 10:00:00"):
            booking = self._book("2026-02-20")
        self.assertEqual(self._on("2026-01-12"), [])
        with freeze_time("2026-01-12 11:00:00"):
            booking.action_cancel()
        self.assertEqual(self._on("2026-01-13"), [("never", 7)])

    def test_booked_between_planning_and_sending(self):
        self._sell_package()
        with freeze_time("2026-01-12 02:00:00"):
            self._run()  # plans; it is too early to write
        self.assertEqual(self._sent(), [])
        with freeze_time("2026-01-12 08:00:00"):
            self._book("2026-01-20")
        self.assertEqual(self._on("2026-01-12"), [])

    def test_ends_soon(self):
        self.company.prepaid_risk_pace = 100.0  # nobody is too slow
        self._sell_package(validity_number=2)  # until 4 March
        with freeze_time("2026-01-28 10:00:00"):
            self._use("2026-01-28")
        month, days, tomorrow = (("expiry", -30), ("expiry", -10), ("expiry", -1))
        self.assertEqual(self._on("2026-01-30"), [])
        self.assertEqual(self._on("2026-02-02"), [month])
        self.assertEqual(self._on("2026-02-20"), [month, ("dormant", 21)])
        self.assertEqual(self._on("2026-02-23"), [month, ("dormant", 21)], "five days apart")
        self.assertEqual(self._on("2026-02-25"), [month, ("dormant", 21), days])
        self.assertEqual(self._on("2026-03-03"), [month, ("dormant", 21), days, tomorrow])

    def test_last_sessions(self):
        self._sell_package(3)
        with freeze_time("2026-01-07 10:00:00"):
            self._use("2026-01-07")
        self.assertEqual(self._on("2026-01-07"), [("few_left", 0)])
        with freeze_time("2026-01-08 10:00:00"):
            self._use("2026-01-08")
        self.assertEqual(self._on("2026-01-08"), [("few_left", 0)], "five days apart")
        self.assertEqual(self._on("2026-01-12"), [("few_left", 0)] * 2)
        self.company.prepaid_message_sessions = 0
        self._sell_package(2, day="2026-01-20")
        with freeze_time("2026-01-20 11:00:00"):
            self.package.use_session("2026-01-20")
        self.assertEqual(self._on("2026-01-20"), [("few_left", 0)] * 2)

    def test_too_slow(self):
        self._sell_package(20, validity_number=4)
        for day in ("2026-01-06", "2026-01-20"):
            with freeze_time(f"{day} 10:00:00"):
                self._use(day)
        self.assertEqual(self._on("2026-02-02"), [("pace", 0)])
        self.assertEqual(self._on("2026-02-09"), [("pace", 0)])

    def test_untouched_balance(self):
        with freeze_time(f"{SOLD} 10:00:00"):
            self._top_up(250.0)
        self.assertEqual(self._on("2026-07-03"), [])
        self.assertEqual(self._on("2026-07-06"), [("balance", 182)])
        self.assertIn("250.00", self._mails()[:1].body_html)

    def test_what_was_agreed_with_the_start_desk(self):
        self._sell_package()
        task = self.env["prepaid.start.task"].sudo().with_company(self.company)
        with freeze_time("2026-01-12 02:00:00"):
            task._find(self.company)
            task.search([("partner_id", "=", self.client.id)]).action_snooze(10)
        self.assertEqual(self._on("2026-01-12"), [])
        with freeze_time("2026-01-22 02:00:00"):
            task._find(self.company)
        self.assertEqual(self._on("2026-01-22"), [("never", 7)])

    def test_debts_and_packages_share_the_distance(self):
        self.company.prepaid_reminders = True
        self._sell_package()
        self._debt("2026-01-05", 70.0)
        self.assertEqual(self._on("2026-01-12"), [("debt", 7)])
        self.assertEqual(self._on("2026-01-16"), [("debt", 7)])
        self.assertEqual(self._on("2026-01-19"), [("debt", 7), ("never", 7)])

    def test_switched_off(self):
        self.company.prepaid_use_reminders = False
        self._sell_package()
        self.assertEqual(self._on("2026-01-12"), [])

    def test_refused_messages(self):
        self._sell_package()
        self.env["mail.blacklist"]._add("anna@example.com")
        self.assertEqual(self._on("2026-01-12"), [])
        self.client.with_company(self.company).prepaid_reminder_mode = "never"
        self.assertEqual(self._on("2026-01-19"), [])

    def test_effect(self):
        """Reminded and booked within 14 days; not reminded and not booked."""
        self._sell_package()
        other = self._create_client("Olga")
        with freeze_time(f"{SOLD} 10:00:00"):
            self._sell(self._template(500.0, 5), partner_id=other.id)
        task = self.env["prepaid.start.task"].sudo().with_company(self.company)
        with freeze_time("2026-01-12 02:00:00"):
            task._find(self.company)
        other.with_company(self.company).prepaid_reminder_mode = "never"
        self._on("2026-01-12")
        with freeze_time("2026-01-20 10:00:00"):
            self._book("2026-01-28")
        with freeze_time("2026-02-02 10:00:00"):
            self._book("2026-02-05", client=other)
            effects = self.env["prepaid.reminder.effect"].with_user(self.manager)
            found = effects.with_company(self.company).search([], order="partner_id")
            day = fields.Date.to_date("2026-01-12")
            self.assertEqual(
                {r.partner_id: (r.reminded, r.date_sent, r.answered_percent) for r in found},
                {self.client: ("yes", day, 100.0), other: ("no", False, 0.0)},
            )
            self.assertTrue(all(found.mapped("is_over")))
