from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon

#: chart -> codes of advances, deferred revenue, breakage, other income
CODES = {
    "generic_coa": ("211500", "212000", "450000", "450000"),
    "ua_psbo": ("681100", "690000", "719000", "717000"),
    "pl": ("20.000.300", "84.020.200", "76.000.900", "76.000.900"),
    "de_skr03": ("1710", "0990", "2700", "2700"),
    "de_skr04": ("3250", "3900", "4830", "4830"),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestCompany(PrepaidCommon):
    """Accounts and journal of a company, its branches, and other companies."""

    def _load(self, chart):
        """Return a new company with this chart of accounts."""
        company = self.env["res.company"].create({"name": f"Salon {chart}"})
        self.env["account.chart.template"].try_loading(chart, company=company, install_demo=False)
        return company

    def _load_by_settings(self, country):
        """Return a new company of a country after one click in the settings."""
        company = self.env["res.company"].create(
            {
                "name": f"New Salon {country}",
                "country_id": country and self.env.ref(f"base.{country}").id,
            }
        )
        settings = self.env["res.config.settings"].with_company(company).create({})
        self.assertFalse(settings.prepaid_has_chart)
        self.assertIn("Customer Prepayments Account", settings.prepaid_proposal)
        settings.action_prepaid_load_chart()
        return company

    def test_accounts_of_the_charts(self):
        countries = {"ua_psbo": "ua", "pl": "pl", "de_skr03": "de", "generic_coa": False}
        for chart, codes in CODES.items():
            with self.subTest(chart=chart):
                if chart in countries:
                    company = self._load_by_settings(countries[chart])
                else:
                    company = self._load(chart)
                self.assertEqual(company.chart_template, chart)
                accounts = (
                    company.prepaid_advance_account_id,
                    company.prepaid_deferred_account_id,
                    company.prepaid_breakage_account_id,
                    company.prepaid_other_income_account_id,
                )
                self.assertEqual(
                    tuple(account.with_company(company).code for account in accounts), codes
                )
                self.assertTrue(accounts[0].reconcile)
                self.assertFalse(accounts[1].reconcile)
                self.assertIn(accounts[0].account_type, ("liability_current",))
                self.assertRecordValues(
                    company.prepaid_journal_id,
                    [{"code": "PREP", "type": "general", "company_id": company.id}],
                )
                before = (accounts, company.prepaid_journal_id)
                company._prepaid_setup()
                self.assertEqual(company.prepaid_advance_account_id, before[0][0])

    def test_branches_use_their_parents_accounts_and_money(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.cr.precommit.run()  # Core prepares a branch when it is committed
        self.desk.sudo().company_ids += branch
        self.service.with_company(branch).property_account_income_id = self.income
        self.service.taxes_id = False  # Core gave it the branch's default tax
        self.assertFalse(branch.prepaid_advance_account_id)
        self.assertEqual(branch._prepaid_get("prepaid_advance_account_id"), self.advance)
        self._top_up(500.0)
        client = self.client.with_user(self.desk).with_company(branch)
        self.assertEqual(client.prepaid_balance, 500.0)
        booking = (
            self.env["prepaid.booking"]
            .with_user(self.desk)
            .with_company(branch)
            .create(
                {
                    "partner_id": self.client.id,
                    "service_id": self.service.id,
                    "user_id": self.specialist.id,
                    "start": "2026-01-10 10:00:00",
                }
            )
        )
        self.assertEqual(booking.company_id, branch)
        booking.action_confirm()
        booking.action_done()
        self.assertEqual(booking.sudo().invoice_id.company_id, branch)
        self.assertEqual(booking.payment_status, "paid")
        self._assert_ledger(advances=380.0, earned=120.0, receivable=0.0)
        client.prepaid_top_up(20.0, self.cash.id)
        self.assertEqual(self._as_desk(self.client).prepaid_balance, 400.0)

    def test_family_follows_the_branches(self):
        """A new branch shares the ledger at once, a closed one leaves its clients' money in it."""
        self.assertEqual(self.company._prepaid_family(), self.company)
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.assertEqual(branch._prepaid_family(), self.company + branch)
        self.assertEqual(self.company._prepaid_family(), self.company + branch)
        branch.active = False
        self.assertEqual(self.company._prepaid_family(), self.company + branch)

    def test_company_without_chart(self):
        """A friendly way out, not a traceback."""
        company = self.env["res.company"].create({"name": "New Salon"})
        self.desk.sudo().company_ids += company
        client = self.client.with_user(self.desk).with_company(company)
        with self.assertRaises(RedirectWarning) as caught:
            client.prepaid_top_up(10.0, self.cash.id)
        self.assertIn("settings", caught.exception.args[0])
        booking = (
            self.env["prepaid.booking"]
            .with_user(self.desk)
            .with_company(company)
            .create(
                {
                    "partner_id": self.client.id,
                    "service_id": self.service.id,
                    "start": "2026-01-10 10:00:00",
                }
            )
        )
        booking.action_confirm()
        with self.assertRaises(RedirectWarning):
            booking.action_done()
        # A dialog without any way to pay would be a dead end
        for dialog in ("prepaid.money", "prepaid.collect", "prepaid.subscription.sell"):
            with self.assertRaises(RedirectWarning):
                booking.env[dialog].default_get(["journal_id"])
        with self.assertRaises(RedirectWarning):
            booking.action_open_done()
        self.assertEqual(client.prepaid_balance, 0.0)

    def test_settings_keep_a_loaded_chart(self):
        settings = self.env["res.config.settings"].with_company(self.company).create({})
        settings.action_prepaid_load_chart()
        self.assertEqual(self.company.chart_template, "generic_coa")
        self.assertEqual(self.company.prepaid_advance_account_id, self.advance)

    def test_advance_account_must_be_a_liability(self):
        account = self.deferred.copy({"code": "219999", "reconcile": False})
        self.company.prepaid_advance_account_id = account
        self.assertTrue(account.reconcile)
        with self.assertRaises(ValidationError):
            self.company.prepaid_advance_account_id = self.income

    def test_wrong_account_of_another_company(self):
        other = self._load("generic_coa")
        with self.assertRaises(UserError):
            self.company.prepaid_advance_account_id = other.prepaid_advance_account_id


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestStornoCompany(PrepaidCommon):
    """The Ukrainian chart: reversals are negative entries on the same side."""

    @classmethod
    @PrepaidCommon.setup_country("ua")
    def setUpClass(cls):
        super().setUpClass()

    def test_done_undo_and_return(self):
        self.assertEqual(self.company.chart_template, "ua_psbo")
        self.assertTrue(self.company.account_storno)
        self._top_up(500.0, "2026-01-05")
        booking = self._book("2026-01-08")
        booking.action_done()
        self._assert_ledger("2026-01-08", advances=380.0, earned=120.0, receivable=0.0)
        booking.action_undo_done()
        self._assert_ledger(advances=500.0, earned=0.0, receivable=0.0)
        booking.action_done()
        booking.sudo().invoice_id.with_user(self.env.user).button_cancel()
        self._assert_ledger(advances=500.0, earned=0.0, receivable=0.0)
        self._as_desk(self.client).prepaid_pay_out(500.0, self.bank.id)
        self._assert_ledger(advances=0.0)
        self._assert_balance_is_ledger()
