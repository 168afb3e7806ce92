from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .reminder_common import ReminderCommon

REVIEW = "odoo.addons.prepaid_services.models.credit.prepaid_credit_review"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestCreditReview(ReminderCommon):
    """Credit is decided on with reasons, held by itself, released by itself; clients are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"prepaid_credit_hold_days": 30, "prepaid_credit_messages": True})

    def _as_manager(self, record=None):
        record = self.client if record is None else record
        return record.with_user(self.manager).with_company(self.company)

    def _decide(self, decision="approve", limit=200.0, **kwargs):
        return self.env["prepaid.credit.review"].browse(
            self._as_manager().prepaid_decide_credit(decision, limit, "we know Anna", **kwargs)
        )

    def _cron(self):
        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1):
            self.env["res.partner"].sudo()._cron_credit()

    def _state(self):
        client = self.client.with_company(self.company)
        client.invalidate_recordset()
        return client.service_credit_state

    def _reviews(self):
        return self.env["prepaid.credit.review"].search(
            [("partner_id", "=", self.client.id)], order="id"
        )

    def _told(self):
        return self.env["mail.mail"].sudo().search([("model", "=", "prepaid.credit.review")])

    # -- what speaks for it ---------------------------------------------------------------

    def test_figures(self):
        old = self._debt("2025-12-01", 600.0)
        self._top_up(600.0, "2025-12-11")
        self.assertTrue(old.reconciled)
        self._book("2026-03-02", confirm=True).action_no_show()
        self._debt("2026-03-06", 120.0)
        self._top_up(20.0, "2026-03-06")
        figures = self._as_desk(self.client).prepaid_credit_figures()
        expected = {
            "days_to_pay": 10.0,
            "days_late": 10.0,
            "overdue": 100.0,
            "overdue_days": 10,
            "debt": 100.0,
            "advance": 0.0,
            "turnover": 720.0,
            "months": 3.4,
            "visits": 0,
            "no_shows": 1,
            "trust": "normal",
            "proposal": 210.0,
        }
        self.assertEqual({name: figures[name] for name in expected}, expected)
        self.assertIn("× 1 (months, pays late)", figures["arithmetic"])
        self.assertIn("against", [side for side, _text in figures["points"]])
        with self.assertRaises(AccessError):
            self.client.with_user(self.specialist).prepaid_credit_figures()

    def test_figures_of_a_stranger(self):
        figures = self._as_desk(self.client).prepaid_credit_figures()
        self.assertEqual((figures["proposal"], figures["months"]), (0.0, 0.0))

    def test_wizard(self):
        self._debt("2025-10-01", 900.0)
        self._top_up(900.0, "2025-10-01")
        action = self._as_manager().action_open_credit_review()
        wizard = self._as_manager(self.env["prepaid.credit.decide"]).browse(action["res_id"])
        self.assertEqual(wizard.proposal, 320.0)  # 900 / 5.5 months x 2
        self.assertEqual(wizard.limit, 320.0)
        self.assertIn("fa-thumbs-up", wizard.points_html)
        wizard.reason = "pays at once"
        wizard.action_decide()
        review = self._reviews()
        self.assertRecordValues(
            review,
            [
                {
                    "state": "approved",
                    "limit": 320.0,
                    "state_before": "not_reviewed",
                    "reason": "pays at once",
                    "proposal": 320.0,
                    "date_next": date(2027, 3, 16),
                    "user_id": self.manager.id,
                    "is_automatic": False,
                }
            ],
        )
        self.assertIn("320.00", review.explanation)

    # -- who, and what is refused ----------------------------------------------------------

    def test_rights(self):
        for user in (self.desk, self.specialist):
            client = self.client.with_user(user).with_company(self.company)
            with self.assertRaises(AccessError):
                client.prepaid_decide_credit("approve", 100.0, "friend")
        accountant = self._create_user("bookkeeper", "account.group_account_user")
        self.client.with_user(accountant).with_company(self.company).prepaid_decide_credit(
            "approve", 100.0, "checked"
        )
        self.assertEqual(self._state(), "approved")
        review = self._as_desk(self._reviews())
        self.assertEqual(review.limit, 100.0)
        for call in (lambda: review.write({"limit": 5.0}), review.unlink):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            self._reviews().with_user(self.specialist).read(["limit"])

    def test_bad_input(self):
        decide = self._as_manager().prepaid_decide_credit
        for words, args in (
            ("approve, refuse or hold", ("maybe", 5.0, "x")),
            ("say why", ("approve", 5.0, "")),
            ("greater than zero", ("approve", 0.0, "x")),
            ("number", ("approve", "much", "x")),
            ("review_date must be a date", ("approve", 5.0, "x", "soon")),
        ):
            self._refused(words, decide, *args)
        self.assertFalse(self._reviews())

    def test_history_of_every_way(self):
        self._decide()
        self._as_manager().write({"service_credit_limit": 150.0})
        self._as_manager().write({"service_credit_limit": 150.0})
        self._decide("refuse")
        self.assertEqual(
            [(r.state, r.limit) for r in self._reviews()],
            [("approved", 200.0), ("approved", 150.0), ("refused", 150.0)],
        )

    # -- by itself --------------------------------------------------------------------------

    def test_hold_and_release(self):
        self._decide(limit=1000.0)
        self._debt("2026-02-14")
        self._cron()
        self.assertEqual(self._state(), "approved", "30 days")
        with freeze_time("2026-03-17 10:00:00"):
            self._cron()
            self._cron()
            self.assertEqual(self._state(), "on_hold")
            self.assertTrue(self._reviews()[-1].is_automatic)
            self.assertIn("30 days", self._reviews()[-1].reason)
            self.assertEqual(len(self._reviews()), 2)
            self._top_up(60.0)
            self.assertEqual(self._state(), "on_hold", "not all of it")
            self._top_up(40.0)
            self.assertEqual(self._state(), "approved", "at once")
            self.assertNotEqual(self._reviews()[-1].user_id, self.desk, "the machine's decision")
            self.assertEqual(self.client.with_company(self.company).service_credit_limit, 1000.0)

    def test_over_the_limit(self):
        self._decide(limit=150.0)
        self._debt("2026-03-15", 200.0)
        self._cron()
        self.assertEqual(self._state(), "on_hold")
        self._top_up(50.0)
        self._cron()
        self.assertEqual(self._state(), "approved")

    def test_hold_by_hand_stays(self):
        self._decide()
        self._decide("hold")
        self._debt("2026-01-01")
        self._cron()
        self._top_up(100.0)
        self._cron()
        self.assertEqual(self._state(), "on_hold")

    def test_decision_by_hand_ends_the_automatic_hold(self):
        self._decide(limit=1000.0)
        self._debt("2026-01-01")
        self._cron()
        self._decide("hold")
        self._top_up(100.0)
        self._cron()
        self.assertEqual(self._state(), "on_hold")

    def test_off(self):
        self.company.prepaid_credit_hold_days = 0
        self._decide()
        self._debt("2025-01-01", 5000.0)
        self._cron()
        self.assertEqual(self._state(), "approved")

    def test_covered_by_the_balance(self):
        self.company.prepaid_debts_first = False
        self._decide()
        self._debt("2026-01-01")
        self._top_up(100.0)
        self._cron()
        self.assertEqual(self._state(), "approved")

    # -- what a hold means ------------------------------------------------------------------

    def test_on_hold_no_new_credit_booking(self):
        self._decide(limit=1000.0)
        credit = self._book("2026-03-17")
        self._debt("2026-01-01")
        self._cron()
        self._refused("on hold.*100.00 is open.*120.00", self._book, "2026-03-18")
        booking = self._book("2026-03-18", confirm=False)
        self._refused("missing", credit.action_done)
        credit.action_cancel()
        self.company.prepaid_debts_first = False
        self._top_up(120.0)
        booking.action_confirm()
        self.assertEqual(booking.state, "confirmed", "comes for what is paid")
        with freeze_time("2026-03-18 12:00:00"):
            booking.action_done()
        self._assert_balance_is_ledger()

    # -- messages and reviews that are due ---------------------------------------------------

    def test_client_is_told_once(self):
        self.company.prepaid_credit_policy = "<p>Pay within a week.</p>"
        self._decide()
        self._decide()
        self._cron()
        self._cron()
        mail = self._told()
        self.assertEqual(len(mail), 1, "the second decision changed nothing")
        self.assertIn("200.00", mail.body_html)
        self.assertIn("within a week", mail.body_html)
        self.company.prepaid_credit_messages = False
        self._decide("refuse")
        self._cron()
        self.assertEqual(len(self._told()), 1)

    def test_broken_text_stops_no_decision(self):
        template = self.env.ref("prepaid_services.mail_template_credit_terms").sudo()
        template.body_html = "<p t-out=\"1 / int(object.state != 'refused')\"/>"
        self._decide()
        self._decide("refuse")
        with mute_logger(REVIEW, "odoo.addons.mail.models.mail_render_mixin"):
            self._cron()
        self.assertEqual(self._reviews().mapped("message_state"), ["queued", "failed"])

    def test_review_due(self):
        self._decide(review_date="2026-03-20")
        kind = "prepaid_services.mail_activity_type_credit_review"
        self._cron()
        self.assertFalse(self.client.activity_search([kind]))
        with freeze_time("2026-03-20 10:00:00"):
            self._cron()
            self._cron()
            activity = self.client.activity_search([kind])
            self.assertEqual(len(activity), 1)
            self.assertEqual(activity.user_id, self.manager)

    def test_policy_is_printed(self):
        self.company.prepaid_credit_policy = "<p>Pay within a week.</p>"
        html = self.env["ir.actions.report"]._render_qweb_html(
            "prepaid_services.report_credit_policy", self.company.ids
        )[0]
        self.assertIn("within a week", str(html))
        self.assertEqual(self.company.action_print_credit_policy()["type"], "ir.actions.report")

    def test_number_of_queries(self):
        """Looking for holds takes the same number of queries for one client and for many."""

        def queries(warm=True):
            if warm:
                queries(False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["res.partner"].sudo().with_company(self.company)._follow_holds(self.company)
            return self.env.cr.sql_log_count - before

        self._decide()
        one = queries()
        for number in range(10):
            other = self._create_client(f"C{number}")
            self._as_manager(other).prepaid_decide_credit("approve", 50.0, "x")
            self._debt("2026-03-10", 5.0, other)
        self.assertEqual(queries(), one)

    def test_cron(self):
        self._decide()
        with self.enter_registry_test_mode():
            self.env.ref("prepaid_services.ir_cron_credit").method_direct_trigger()
        self.assertEqual(len(self._told()), 1)
