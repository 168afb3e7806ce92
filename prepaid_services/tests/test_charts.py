import csv
import functools
from collections import ChainMap
from pathlib import Path

from odoo import Command
from odoo.modules.module import get_module_path, get_modules
from odoo.tests import TransactionCase, tagged

from ..tools.charts import CHART_CODES, ROLES, chart_cell, free_codes
from .common import PrepaidCommon


@functools.cache
def chart_files():
    """Return the files of accounts that Odoo's modules ship: chart -> paths."""
    files = {}
    for module in get_modules():
        for path in Path(get_module_path(module)).glob("data/template/account.account-*.csv"):
            files.setdefault(path.stem.partition("-")[2], []).append(path)
    return files


@functools.cache
def file_accounts(chart):
    """Return the accounts of a chart's own files: code -> row."""
    rows = {}
    for path in chart_files().get(chart, ()):
        with path.open(encoding="utf-8") as file:
            rows.update({row["code"]: row for row in csv.DictReader(file)})
    return rows


def chart_accounts(charts):
    """Return the accounts of a chart and those it builds on, its own ones first."""
    return dict(ChainMap(*map(file_accounts, charts)))


@tagged("post_install", "-at_install")
class TestChartTable(TransactionCase):
    """Each code of our table is in Odoo's own files, and means what it is taken for."""

    def _cells(self):
        """Return what the table says of each chart that one can choose."""
        Chart = self.env["account.chart.template"]
        for chart in Chart._get_chart_template_mapping():
            charts = Chart._get_parent_template(chart)
            if accounts := chart_accounts(charts):
                for role in ROLES:
                    yield chart, charts, accounts, role, chart_cell(charts, role)

    def test_accounts_that_are_there(self):
        for chart, _charts, accounts, role, cell in self._cells():
            if cell[0] in "+.-":
                continue
            with self.subTest(chart=chart, role=role, code=cell):
                self.assertTrue(cell in accounts)
                self.assertIn(accounts[cell]["account_type"], ROLES[role].types)

    def test_new_accounts_stand_among_their_like(self):
        """The account before or after a new one is of its side of the books: never a building."""
        sides = {
            "advance": ("liability", "asset_receivable", "asset_current"),
            "deferred": ("liability", "asset_current"),
            "breakage": ("income",),
            "other_income": ("income",),
            "bad_debt": ("expense", "income"),
            "allowance": ("asset_receivable", "asset_current", "liability_current"),
            "vat_transit": ("liability", "asset_current"),
            "services": ("income",),
        }
        for chart, _charts, accounts, role, cell in self._cells():
            if not cell.startswith("+"):
                continue
            with self.subTest(chart=chart, role=role, code=cell):
                self.assertFalse(cell[1:] in accounts)
                before = max(code for code in accounts if code < cell[1:])
                self.assertTrue(accounts[before]["account_type"].startswith(sides[role]), before)

    def test_every_chart_is_known(self):
        """But for those of which nobody could say: they get accounts beside those of their type."""
        Chart = self.env["account.chart.template"]
        unknown = {
            chart
            for chart in Chart._get_chart_template_mapping(get_all=True)
            if not set(Chart._get_parent_template(chart)) & set(CHART_CODES)
        }
        self.assertLessEqual(unknown, {"cr", "et", "hr_kuna", "ng", "ug"})

    def test_free_codes(self):
        for code, expected in (
            ("212000", ["212001", "212002"]),
            ("39", ["391", "392"]),
            ("20.000.300", ["20.000.301", "20.000.302"]),
            ("2.1.1.01.040", ["2.1.1.01.041", "2.1.1.01.042"]),
        ):
            codes = free_codes(code)
            self.assertEqual([next(codes), next(codes)], expected)


@tagged("post_install", "-at_install")
class TestChartProposal(PrepaidCommon):
    """What is proposed for books that are there, before anything is made."""

    def _company(self, chart):
        """Return a company with the accounts of a chart whose module need not be installed."""
        company = self.env["res.company"].create({"name": f"Salon {chart}"})
        Chart = self.env["account.chart.template"]
        charts = Chart._get_parent_template(chart)
        rows = chart_accounts(charts)
        width = 6
        self.env["account.account"].with_company(company).create(
            [
                {
                    "code": code.ljust(width, "0"),
                    "name": row["name"],
                    "account_type": row["account_type"],
                    "company_ids": [Command.set(company.ids)],
                }
                for code, row in rows.items()
                if row["account_type"]
            ]
        )
        company.chart_template = chart
        return company

    def _proposed(self, company):
        """Return role -> code, with a plus for a new account."""
        proposal = company._prepaid_proposal(company._prepaid_roles())
        return {
            role: account.with_company(company).code or (f"+{vals['code']}" if vals else "")
            for role, (account, vals) in proposal.items()
        }

    def test_countries(self):
        expected = {
            "fr": ("419100", "487000", "758000", "758000", "654100", "491000", "706000"),
            "es_pymes": ("438000", "485000", "759000", "778000", "650000", "490000", "705000"),
            "it": ("253000", "270200", "320200", "320200", "490500", "154000", ""),
            "ro": ("419100", "472100", "758800", "758800", "654000", "491000", "704000"),
            "us": ("+212100", "212000", "450000", "450000", "+690100", "+121900", ""),
            "at": ("320000", "+390000", "+488000", "+488100", "+781000", "208000", ""),
            "in": ("+112460", "100850", "+201400", "201200", "213200", "+100490", ""),
        }
        for chart, codes in expected.items():
            with self.subTest(chart=chart):
                company = self._company(chart)
                before = self.env["account.account"].search_count([])
                self.assertEqual(tuple(self._proposed(company).values()), codes)
                self.assertEqual(self.env["account.account"].search_count([]), before)

    def test_chart_of_nobody(self):
        """Where nothing is known, a new account stands beside those of its type."""
        company = self._company("cr")
        accounts = self.env["account.account"].with_company(company)
        for role, code in self._proposed(company).items():
            if role == "services":
                self.assertEqual(code, "")
                continue
            self.assertTrue(code.startswith("+"))
            near = accounts.search(
                [("company_ids", "in", company.ids), ("code", "=like", code[1:-1] + "%")]
            )
            self.assertTrue(near, code)

    def test_installing_beside_books_makes_no_account(self):
        company = self._company("us")
        company._prepaid_setup(create=False)
        self.assertFalse(company.prepaid_advance_account_id)
        self.assertEqual(company.prepaid_deferred_account_id.with_company(company).code, "212000")
        self.assertTrue(company.prepaid_journal_id)
        settings = self.env["res.config.settings"].with_company(company).create({})
        self.assertIn("212100 Customer Prepayments", settings.prepaid_proposal)
        self.assertIn("Payment methods: new cash journal", settings.prepaid_proposal)
        self.assertIn("✗ Payment methods", settings.prepaid_checks)
        settings.action_prepaid_make_accounts()
        self.assertEqual(company.prepaid_advance_account_id.with_company(company).code, "212100")
        settings = self.env["res.config.settings"].with_company(company).create({})
        self.assertFalse(settings.prepaid_proposal)

    def test_deferred_revenue_is_never_matched(self):
        """France's 487 comes with reconciliation; with it cents of exchange would appear."""
        company = self._company("us")
        account = self.env["account.account"].with_company(company)
        account = account.search([("company_ids", "in", company.ids), ("code", "=", "212000")])
        account.reconcile = True
        company._prepaid_setup()
        self.assertEqual(company.prepaid_deferred_account_id, account)
        self.assertFalse(account.reconcile)

    def test_account_of_another_meaning_is_not_taken(self):
        company = self._company("us")
        stranger = self.env["account.account"].with_company(company).create(
            {
                "code": "212100",
                "name": "Loan of the Owner",
                "account_type": "liability_current",
                "company_ids": [Command.set(company.ids)],
            }
        )
        company._prepaid_setup()
        self.assertNotEqual(company.prepaid_advance_account_id, stranger)
        self.assertEqual(company.prepaid_advance_account_id.with_company(company).code, "212101")

    def test_cash_does_not_wait_for_the_bank(self):
        """Cash is in the till when it is paid, a card at its terminal's bank some days later."""
        methods = self.cash.inbound_payment_method_line_ids
        methods.payment_account_id = False
        self.assertIn("Cash", self.company._prepaid_proposal_lines()[-1])
        self.company._prepaid_setup_cash()
        self.assertEqual(methods.payment_account_id, self.cash.default_account_id)
        self._top_up(50.0, "2026-01-05", journal=self.cash)
        self.assertEqual(self._ledger(self.cash.default_account_id), 50.0)
        settings = self.env["res.config.settings"].with_company(self.company).create({})
        self.assertFalse(settings.prepaid_has_card)
        settings.action_prepaid_add_card()
        names = [journal["name"] for journal in self._as_desk(self.client).prepaid_journals()]
        self.assertIn("Card", names)
        card = self.env["account.journal"].search(
            [("code", "=", "CARD"), ("company_id", "=", self.company.id)]
        )
        account = card.inbound_payment_method_line_ids.payment_account_id
        self._top_up(30.0, "2026-01-05", journal=card)
        self.assertEqual(self._ledger(account), 30.0)
        self.assertNotEqual(account, self.bank.inbound_payment_method_line_ids.payment_account_id)

    def test_services_earn_on_their_own_account(self):
        """Also the packages made of them; goods, and what has an account, do not."""
        account = self.income.copy({"code": "400700", "name": "Services"})
        self.company.prepaid_services_account_id = account
        Product = self.env["product.product"].with_company(self.company)
        service = Product.create({"name": "Massage", "type": "service"})
        goods = Product.create({"name": "Oil", "type": "consu"})
        self.assertEqual(service.product_tmpl_id.get_product_accounts()["income"], account)
        self.assertNotEqual(goods.product_tmpl_id.get_product_accounts()["income"], account)
        own = self.service.product_tmpl_id.with_company(self.company)
        self.assertEqual(own.get_product_accounts()["income"], self.income)
