from odoo.tests import Form, freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageScreens(CaseDriver):
    """Dialogs and reports, as the front desk and the manager use them."""

    def setUp(self):
        super().setUp()
        for user in (self.desk, self.manager):
            user.group_ids += self.env.ref("prepaid_services.group_feature_balance")

    def _dialog(self, model, user=None, **defaults):
        context = {f"default_{name}": value for name, value in defaults.items()}
        env = self.env(user=user or self.desk, context=context)
        return Form(env[f"prepaid.{model}"].with_company(self.company))

    def test_sell_dialog(self):
        template = self._template(100.0, 4, bonus_sessions=1)
        with self._dialog("subscription.sell", partner_id=self.client.id) as form:
            form.template_id = template
            self.assertEqual((form.price, form.sessions, form.is_freestyle), (100.0, 4, False))
            form.journal_id = self.env["prepaid.payment.way"].browse(self.cash.id)
        package = self.env["prepaid.subscription"].browse(form.save().action_confirm()["res_id"])
        self.assertEqual((package.sessions_left, package.partner_id), (5, self.client))
        self._assert_ledger(deferred=100.0, receivable=0.0, advances=0.0)
        self.assertEqual(self._as_desk(self.client).prepaid_sessions_left, 5)

    def test_manager_changes_price(self):
        template = self._template(100.0, 4)
        with self._dialog("subscription.sell", self.manager, partner_id=self.client.id) as form:
            form.template_id = template
            form.price = 60.0
            form.payment = "later"
        form.save().action_confirm()
        self._assert_ledger(deferred=60.0, receivable=60.0)

    def test_card(self):
        """Used, reserved, left, gift and lapsed are told apart by their signs."""
        self._sell(self._template(100.0, 3, bonus_sessions=1), journal_id=self.bank.id)
        self.package.action_use_today()
        self._book("2026-01-20")
        html = self.package.sessions_html
        self.assertEqual([html.count(f">{sign}<") for sign in "●◐○☆✕"], [1, 1, 1, 1, 0])
        self.package.action_undo_last()
        self.assertEqual(self.package.sessions_used, 0)
        with Form(self.package) as form:
            self.assertEqual(form.sessions_left, 4)

    def test_change_dialogs(self):
        self._sell(self._template(100.0, 4, validity_number=1, member_limit=2))
        package = {"subscription_id": self.package.id}
        with self._dialog("subscription.extend", **package) as form:
            form.date_end, form.reason = "2026-03-31", "Ill"
        form.save().action_confirm()
        self.assertEqual(str(self.package.date_end), "2026-03-31")
        with self._dialog("subscription.freeze", **package) as form:
            form.date_to = "2026-01-20"
        form.save().action_confirm()
        self.assertEqual(self.package.state, "frozen")
        self.package.action_unfreeze()
        dana = self._create_client("Dana")
        with self._dialog("subscription.client", **package) as form:
            form.partner_id, form.change = dana, "member"
        form.save().action_confirm()
        self.assertEqual(self.package.member_ids, dana)
        with self._dialog("subscription.client", **package) as form:
            form.partner_id = dana
        form.save().action_confirm()
        self.assertEqual(self.package.partner_id, dana)
        with self._dialog("subscription.refund", **package) as form:
            self.assertIn("Comes back", form.preview)
            form.reason = "Moved"
        form.save().action_confirm()
        self.assertEqual(self.package.state, "refunded")

    def test_restore_dialog(self):
        with freeze_time("2025-11-01 12:00:00"):
            self._sell(self._template(100.0, 4, validity_number=1), date="2025-11-01")
        self._run_crons()
        with self._dialog("subscription.extend", subscription_id=self.package.id) as form:
            self.assertEqual((form.lapsed_sessions, form.restored_sessions), (4, 4))
            form.restored_sessions = 2
            form.date_end, form.reason = "2026-03-31", "Ill"
        form.save().action_confirm()
        self.assertEqual((self.package.state, self.package.sessions_left), ("active", 2))

    def _life(self):
        """Sell, use, hand over, let lapse, restore and refund packages of two clients."""
        template = self._template(100.0, 4, self._tax(20, True), validity_number=1)
        dana = self._create_client("Dana")
        with freeze_time("2025-11-03 12:00:00"):
            self._sell(template, date="2025-11-03", quantity=3)
            self.package.use_session()
        with freeze_time("2025-11-20 12:00:00"):
            self.packages[1].transfer(dana.id)
            self.packages[1].use_session()
            self.packages[2].refund(to_balance=True)
        with freeze_time("2025-12-10 12:00:00"):
            self._run_crons()
        self.package.extend("2026-02-28", 1, "Ill")
        self.package.use_session()

    def test_rollforward_is_the_ledger(self):
        self._life()
        Rollforward = self.env["prepaid.deferred.rollforward"].with_user(self.manager)
        Rollforward = Rollforward.with_company(self.company)
        for group in ("month", "client", "currency", "template"):
            report = Rollforward.create(
                {"date_from": "2025-12-01", "date_to": "2026-01-31", "group_by": group}
            )
            report.action_show()
            lines = report.line_ids
            self.assertTrue(lines)
            self.assertEqual(set(lines.mapped("difference")), {0.0}, group)
            for line in lines:
                causes = line.sold - line.earned - line.broken - line.refunded + line.transferred
                self.assertAlmostEqual(line.opening + causes, line.closing, 2)
            closing = lines[-1:].closing if group == "month" else sum(lines.mapped("closing"))
            self.assertAlmostEqual(closing, -self._ledger(self.deferred), 2)
        # As of the past, and a stranger in the account
        self.env["account.move"].create(
            {
                "date": "2025-11-25",
                "line_ids": [
                    (0, 0, {"account_id": self.deferred.id, "balance": -7.0}),
                    (0, 0, {"account_id": self.income.id, "balance": 7.0}),
                ],
            }
        ).action_post()
        report = Rollforward.create({"date_from": "2025-11-01", "date_to": "2025-11-30"})
        report.action_show()
        self.assertEqual(report.line_ids.mapped("difference"), [-7.0])
        strangers = self.env["account.move.line"].search(report.action_explain()["domain"])
        self.assertEqual(strangers.mapped("balance"), [-7.0])
        self.assertTrue(report.line_ids.action_open_movements()["domain"])
