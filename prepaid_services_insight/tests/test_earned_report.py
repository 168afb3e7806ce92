from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services.tests.cases import CaseDriver

FIGURES = ("received", "paid_back", "sold", "earned", "broken", "refunded", "other", "owed")


class EarnedCommon(CaseDriver):
    """A salon whose report is compared with the accounts."""

    def _figures(self, domain=()):
        """Return the sums of the report for the company."""
        self.env.flush_all()
        Report = self.env["prepaid.earned.report"].with_user(self.manager)
        names = [f"amount_{name}" for name in FIGURES]
        [row] = Report.with_company(self.company)._read_group(
            [("company_id", "=", self.company.id), *domain], [], [f"{name}:sum" for name in names]
        )
        return {
            name: self.company.currency_id.round(amount or 0.0) + 0.0
            for name, amount in zip(FIGURES, row, strict=True)
        }

    def _assert_figures(self, domain=(), **expected):
        figures = self._figures(domain)
        self.assertEqual({name: figures[name] for name in expected}, expected)

    def _assert_ties(self):
        """The report is the ledger, in every month; and what is owed is the two accounts."""
        self.env.flush_all()
        checks = self.env["prepaid.earned.check"].search([("company_id", "=", self.company.id)])
        self.assertTrue(checks)
        for check in checks:
            difference = (check.income_difference, check.owed_difference)
            rounded = tuple(self.company.currency_id.round(amount) + 0.0 for amount in difference)
            self.assertEqual(rounded, (0.0, 0.0), str(check.date))
        owed = -self._ledger(self.advance + self.deferred)
        self.assertEqual(self._figures()["owed"], self.company.currency_id.round(owed) + 0.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 12:00:00")
class TestEarnedReport(EarnedCommon):
    def test_money_is_not_earned_before_the_visit(self):
        self._top_up(300.0, "2026-01-05")
        self._assert_figures(received=300.0, earned=0.0, owed=300.0)
        self._book("2026-02-10").action_done()
        self._assert_figures(received=300.0, sold=120.0, earned=120.0, owed=180.0)
        self._as_desk(self.client).prepaid_pay_out(80.0, self.bank.id, "2026-03-01")
        self._assert_figures(received=300.0, paid_back=80.0, earned=120.0, owed=100.0)
        self._assert_figures([("date", ">=", "2026-02-01")], received=0.0, earned=120.0)
        self._assert_figures([("user_id", "=", self.specialist.id)], earned=120.0, received=0.0)
        self._assert_figures([("service_id", "=", self.service.id)], earned=120.0)
        self._assert_ties()

    def test_package_from_sale_to_refund(self):
        self._sell(self._template(1000.0, 10), date="2026-01-10", journal_id=self.bank.id)
        self._assert_figures(received=1000.0, sold=1000.0, earned=0.0, owed=1000.0)
        booking = self._book("2026-01-20")
        booking.action_done()
        self.package.use_session("2026-02-03")
        self._assert_figures(earned=200.0, owed=800.0)
        self._assert_figures([("user_id", "=", self.specialist.id)], earned=100.0)
        template = ("template_id", "=", self.package.template_id.id)
        self._assert_figures([template], sold=1000.0, earned=200.0, received=0.0)
        self._assert_ties()
        self.package.refund(date="2026-03-01")
        self._assert_figures(earned=200.0, refunded=800.0)
        self._assert_ties()

    def test_expiry_is_not_earned(self):
        template = self._template(100.0, 4, validity_number=1, validity_unit="month")
        self._sell(template, date="2026-01-10", journal_id=self.bank.id)
        self.package.use_session("2026-01-12")
        self._run_crons()
        self._assert_figures(earned=25.0, broken=75.0, owed=0.0)
        self._assert_ties()

    def test_a_visit_taken_back_leaves_nothing(self):
        self._top_up(300.0, "2026-01-05")
        booking = self._book("2026-02-10")
        booking.action_done()
        booking.action_undo_done()
        self._assert_figures(received=300.0, earned=0.0, owed=300.0)
        self._assert_ties()

    def test_shares_compare_like_with_like(self):
        """Received has the tax in it, so what is compared with it has it, too."""
        tax = self._tax(20.0, False)
        self._sell(self._template(1000.0, 10, tax), date="2026-01-10", journal_id=self.bank.id)
        self.package.use_session("2026-01-20")
        self._assert_figures(received=1200.0, earned=100.0, owed=900.0)
        self.env.flush_all()
        [[share, of_sold]] = self.env["prepaid.earned.report"]._read_group(
            [("company_id", "=", self.company.id)],
            [],
            ["earned_share:avg", "earned_sold_share:avg"],
        )
        self.assertAlmostEqual(share, 120.0 / 1200.0)
        self.assertAlmostEqual(of_sold, 0.1)
        self._assert_ties()

    def _days(self, domain=(), groupby=()):
        self.env.flush_all()
        return self.env["prepaid.earned.report"]._read_group(
            [("company_id", "=", self.company.id), *domain],
            groupby,
            ["days_to_service:avg", "amount_earned:sum"],
        )

    def test_days_from_money_to_service_first_in_first_out(self):
        self._top_up(100.0, "2026-01-01")
        self._top_up(100.0, "2026-01-11")
        self._book("2026-01-21").action_done()
        # 100 waited 20 days, 20 of the second waited 10
        [[days, earned]] = self._days()
        self.assertAlmostEqual(days, (100 * 20 + 20 * 10) / 120.0)
        self.assertEqual(earned, 120.0)
        rows = self._days([("kind", "=", "sale")], ["user_id"])
        self.assertEqual([row[0] for row in rows], [self.specialist])
        self.assertAlmostEqual(rows[0][1], days)

    def test_days_are_negative_on_credit(self):
        self._approve_credit()
        self._book("2026-01-10").action_done()
        self._top_up(120.0, "2026-01-25")
        [[days, _earned]] = self._days()
        self.assertAlmostEqual(days, -15.0)
        self._assert_ties()

    def test_a_stranger_in_the_accounts_is_shown(self):
        """An entry past the packages is a difference; other income is not."""
        self._sell(self._template(100.0, 4), date="2026-01-10", journal_id=self.bank.id)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-02-01",
                "line_ids": [
                    (0, 0, {"account_id": self.deferred.id, "balance": 7.0}),
                    (0, 0, {"account_id": self.income.id, "balance": -7.0}),
                ],
            }
        )
        move.action_post()
        self.env.flush_all()
        checks = self.env["prepaid.earned.check"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            [(str(c.date), c.income_difference, c.owed_difference) for c in checks],
            [("2026-02-01", 0.0, 7.0), ("2026-01-01", 0.0, 0.0)],
        )
        self.assertEqual(
            self.env["prepaid.cockpit"]
            .sudo()
            .with_company(self.company)
            .get_figures()["tie"],
            7.0,
        )

    def test_only_managers_and_accountants(self):
        self._top_up(300.0, "2026-01-05")
        for user in (self.specialist, self.desk):
            for model in ("prepaid.earned.report", "prepaid.earned.check", "prepaid.delivery.cost"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        accountant = self._create_user("books", "account.group_account_readonly")
        report = self.env["prepaid.earned.report"].with_user(accountant)
        self.assertTrue(report.search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            self.env["prepaid.delivery.cost"].with_user(accountant).create({})

    def test_digest(self):
        self._top_up(300.0, "2026-03-02")
        self._book("2026-03-10").action_done()
        digest = self.env.ref("prepaid_services_insight.digest_month")
        self.assertFalse(digest.user_ids, "nobody is mailed before recipients are chosen")
        digest.company_id = self.company
        period = {"start_datetime": datetime(2026, 3, 1), "end_datetime": datetime(2026, 3, 16)}
        digest = digest.with_context(**period)
        seen = digest.with_user(self.manager).with_company(self.company)
        self.assertEqual(seen.kpi_prepaid_received_value, 300.0)
        self.assertEqual(seen.kpi_prepaid_earned_value, 120.0)
        self.assertEqual(seen.kpi_prepaid_owed_value, 180.0)
        kpis = digest._compute_kpis(self.company, self.manager)
        self.assertEqual(len([k for k in kpis if k["kpi_name"].startswith("kpi_prepaid")]), 3)
        kpis = digest._compute_kpis(self.company, self.desk)
        self.assertFalse([k for k in kpis if k["kpi_name"].startswith("kpi_prepaid")])
