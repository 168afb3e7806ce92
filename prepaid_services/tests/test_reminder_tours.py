from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, freeze_time, tagged

from .reminder_common import ReminderCommon


@tagged("post_install", "-at_install")
class TestReminderTours(ReminderCommon, HttpCase):
    """Review, approve, a visit on credit, overdue, reminders, a promise, paid: in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        features = (
            cls.env.ref("prepaid_services.group_feature_balance")
            + cls.env.ref("prepaid_services.group_feature_credit")
            + cls.env.ref("prepaid_services.group_feature_reminder")
        )
        for user in (cls.desk, cls.manager):
            user.group_ids += features
        cls.company.write({"prepaid_send_days": "every", "prepaid_credit_hold_days": 30})
        cls.company.write({"prepaid_send_from": 0.0, "prepaid_send_to": 24.0})

    def test_from_review_to_payment(self):
        today = fields.Date.today()
        self.start_tour("/odoo/prepaid-clients", "prepaid_credit_review_tour", login="manager")
        self.assertEqual(self.client.with_company(self.company).service_credit_state, "approved")

        visit = self._book(today - timedelta(days=35))
        visit.action_done()
        self._assert_ledger(receivable=120.0, earned=120.0)
        line = visit.sudo().invoice_id.line_ids.filtered("date_maturity")

        self.start_tour("/odoo/prepaid-today", "prepaid_reminder_run_tour", login="desk")
        self.assertEqual(self._told(line), [("friendly", "planned")])
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1):
            self.env["res.partner"].sudo()._cron_credit()
        self.assertEqual(self.client.with_company(self.company).service_credit_state, "on_hold")
        self._refused("on hold", self._book, today + timedelta(days=1))

        self._run()
        for days in (5, 10):  # firm, then the call
            self._deliver()
            with freeze_time(fields.Datetime.now() + timedelta(days=days)):
                self._run()
        self.assertEqual(self._told(line)[-1], ("call", "queued"))
        # The browser lives today, the call was put on the list of a later day
        self._of(line)[-1].sudo().activity_id.date_deadline = fields.Date.today()
        self.start_tour("/odoo/prepaid-calls", "prepaid_call_tour", login="desk")
        self.assertEqual(self._told(line)[-1], ("call", "done"))
        self.assertEqual(self._of(line)[-1].outcome, "promise")

        self._top_up(120.0)
        client = self.client.with_company(self.company)
        self.assertEqual(client.service_credit_state, "approved", "released by the payment")
        with freeze_time(fields.Datetime.now() + timedelta(days=90)):
            self._run()
        self.assertEqual(len(self._of(line)), 3, "paid: no more reminders")
        self._assert_ledger(receivable=0.0, advances=0.0, earned=120.0)
        self._assert_balance_is_ledger()
