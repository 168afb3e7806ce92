from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver

SOLD = "2026-01-05"


@tagged("post_install", "-at_install")
class TestStartDesk(CaseDriver):
    """Clients who paid and do not come are found, invited, and let go when they book."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(
            cls.env.ref("prepaid_services.group_feature_start")
        )

    def _sell_package(self, sessions=10, client=None, day=SOLD, **vals):
        with freeze_time(f"{day} 12:00:00"):
            template = self._template(100.0 * sessions, sessions, **vals)
            self._sell(template, partner_id=(client or self.client).id)
        return self.package

    def _risk(self, client=None):
        """Return what the front desk sees at risk of one client."""
        self.env.invalidate_all()
        return self._as_desk(self.env["prepaid.client.risk"]).search(
            [("partner_id", "=", (client or self.client).id)]
        )

    def _find(self, day):
        with freeze_time(f"{day} 02:00:00"):
            self.env["prepaid.start.task"].sudo().with_company(self.company)._find(self.company)
        return self._task()

    def _task(self):
        self.env.invalidate_all()
        return self._as_desk(self.env["prepaid.start.task"]).search(
            [("partner_id", "=", self.client.id)], order="id desc", limit=1
        )

    # -- who is at risk --------------------------------------------------------------------

    def test_never_started(self):
        self._sell_package()
        with freeze_time("2026-01-11 12:00:00"):
            self.assertFalse(self._risk(), "six days are not too long")
        with freeze_time("2026-01-12 12:00:00"):
            risk = self._risk()
            self.assertRecordValues(
                risk,
                [
                    {
                        "reason": "never",
                        "value_at_risk": 1000.0,
                        "sessions_left": 10,
                        "days_idle": 7,
                        "date_visit": False,
                        "is_dormant": False,
                    }
                ],
            )
            self.assertEqual(risk.action_open()["res_id"], self.package.id)

    def test_dormant_after_a_visit_until_the_next_one_is_booked(self):
        self._sell_package()
        with freeze_time("2026-01-06 12:00:00"):
            self._use("2026-01-06")
        with freeze_time("2026-01-26 12:00:00"):
            self.assertFalse(self._risk())
        with freeze_time("2026-01-27 12:00:00"):
            self.assertRecordValues(
                self._risk(), [{"reason": "dormant", "value_at_risk": 900.0, "days_idle": 21}]
            )
            booking = self._book("2026-02-10")
            self.assertFalse(self._risk(), "a visit is ahead")
            booking.action_cancel()
            self.assertTrue(self._risk())

    def test_undone_visit_does_not_count(self):
        self._sell_package()
        with freeze_time("2026-01-06 12:00:00"):
            self._use("2026-01-06")
            self.package.undo_use(self.env["prepaid.subscription.use"].search([], limit=1).id)
        with freeze_time("2026-01-20 12:00:00"):
            self.assertEqual(self._risk().reason, "never")

    def test_expiring_with_more_left_than_booked(self):
        self._sell_package(2, validity_number=2, validity_unit="month")
        with freeze_time("2026-02-10 12:00:00"):
            risk = self._risk()
            self.assertEqual(risk.reason, "expiring")
            self.assertEqual(risk.days_left, 22, "valid to 4 March")
            for day in ("2026-02-12", "2026-02-19"):
                self._book(day)
            self.assertFalse(self._risk(), "both sessions are booked")

    def test_too_slow_to_finish(self):
        self._sell_package(12, validity_number=4, validity_unit="month")
        for day in ("2026-01-06", "2026-01-20"):
            with freeze_time(f"{day} 12:00:00"):
                self._use(day)
        with freeze_time("2026-02-02 12:00:00"):
            risk = self._risk()
            # 2 visits in 29 days; 10 sessions in the days to the last usable one
            self.assertEqual(risk.reason, "pace")
            self.assertEqual(risk.pace, 0.48)
            days = (risk.date_last - fields.Date.to_date("2026-02-02")).days + 1
            self.assertEqual(risk.pace_needed, round(70 / days, 2))

    def test_untouched_balance(self):
        with freeze_time("2026-01-05 12:00:00"):
            self._top_up(250.0)
        with freeze_time("2026-07-04 12:00:00"):
            self.assertFalse(self._risk())
        with freeze_time("2026-07-05 12:00:00"):
            self.assertRecordValues(
                self._risk(),
                [{"reason": "balance", "value_at_risk": 250.0, "subscription_id": False}],
            )
            self._book("2026-07-20")
            self.assertFalse(self._risk())

    def test_limits_are_the_company_s(self):
        self._sell_package()
        self.company.prepaid_risk_never_days = 14
        with freeze_time("2026-01-15 12:00:00"):
            self.assertFalse(self._risk())

    def test_as_many_queries_for_many_as_for_one(self):
        risks = self._as_desk(self.env["prepaid.client.risk"])
        queries = []
        for number in range(3):
            self._sell_package(client=self._create_client(f"Client {number}"))
            with freeze_time("2026-02-01 12:00:00"):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertEqual(len(risks.search([]).mapped("value_at_risk")), number + 1)
                queries.append(self.env.cr.sql_log_count - before)
        self.assertEqual(queries[1], queries[2])

    # -- the work --------------------------------------------------------------------------

    def test_found_once_and_brought_up_to_date(self):
        self._sell_package()
        self.assertFalse(self._find("2026-01-11"))
        task = self._find("2026-01-12")
        self.assertRecordValues(
            task, [{"state": "todo", "reason": "never", "value_at_risk": 1000.0, "days_idle": 7}]
        )
        self.assertIn("10", task.script)
        self.assertEqual(self._find("2026-01-13"), task)
        self.assertEqual(task.days_idle, 8)

    def test_whoever_books_leaves_the_list(self):
        self._sell_package()
        task = self._find("2026-01-20")
        with freeze_time("2026-01-20 12:00:00"):
            booking = self._book("2026-01-25")
        self.assertRecordValues(
            task, [{"state": "booked", "outcome": "booked", "booking_id": booking.id}]
        )
        self.assertEqual(self._find("2026-01-21"), task, "no new task while a visit is ahead")

    def test_recovered_by_itself(self):
        self._sell_package()
        task = self._find("2026-01-20")
        with freeze_time("2026-01-20 12:00:00"):
            self.package.refund()
        self._find("2026-01-21")
        self.assertRecordValues(task, [{"state": "closed", "outcome": "recovered"}])

    def test_snoozed_comes_back(self):
        self._sell_package()
        task = self._find("2026-01-20")
        with freeze_time("2026-01-20 12:00:00"):
            task.action_snooze(3)
        self.assertEqual(self._find("2026-01-22").state, "snoozed")
        self.assertEqual(self._find("2026-01-23").state, "todo")
        for days in (0, -1, "a week", True, 400):
            with self.assertRaises(UserError):
                task.action_snooze(days)

    def test_a_refusal_is_respected_for_a_quarter(self):
        self._sell_package()
        task = self._find("2026-01-20")
        with freeze_time("2026-01-20 12:00:00"):
            task.action_close("not_wanted", "moved away")
            with self.assertRaises(UserError):
                task.action_close("booked")
        self.assertRecordValues(task, [{"state": "closed", "note": "moved away"}])
        self.assertEqual(self._find("2026-04-15"), task)
        self.assertNotEqual(self._find("2026-04-21"), task)

    def test_the_desk_opens_a_booking_and_a_message(self):
        self._sell_package(service_ids=[fields.Command.set(self.service.ids)])
        task = self._find("2026-01-20")
        context = task.action_book()["context"]
        self.assertEqual(context["default_partner_id"], self.client.id)
        self.assertEqual(context["default_service_id"], self.service.id)
        template = self.env["mail.template"].browse(
            task.action_message()["context"]["default_template_id"]
        )
        body = template._render_field("body_html", task.ids)[task.id]
        self.assertIn("/my/visit-request/", body)

    # -- rights ----------------------------------------------------------------------------

    def test_a_specialist_sees_none_of_it(self):
        for model in ("prepaid.client.risk", "prepaid.start.task"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.specialist).search([])

    def test_another_company_sees_none_of_it(self):
        self._sell_package()
        self._find("2026-01-20")
        other = self._create_user("other", "prepaid_services.group_manager")
        company = self.env["res.company"].create({"name": "Other Salon"})
        other.write({"company_ids": [fields.Command.set(company.ids)], "company_id": company.id})
        for model in ("prepaid.client.risk", "prepaid.start.task"):
            self.assertFalse(self.env[model].with_user(other).search([]))
