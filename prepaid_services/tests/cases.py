"""The worked accounting cases, driven through the public API.

``load(...)`` reads ``data/accounting_cases.json``. A test case class inherits ``CaseDriver``, puts
``self._step(day, call)`` for everything people do, and ends with ``self._play(case)``: the steps
are done each on its own day (the clock is frozen there, the crons have run), then every row of the
case is compared with the general ledger.
"""

import json
import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time

from .common import PrepaidCommon

#: Roles whose balance is shown as a debit; all others as a credit
DEBIT_ROLES = ("cash", "receivable", "tax_transit", "bad_debt", "fx_loss")


def load(*groups):
    """Return the cases of some groups ("R", "T") or of some ids ("A01"), by id."""
    path = Path(__file__).parent / "data" / "accounting_cases.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases if case["id"] in groups or case["id"][0] in groups}


def session_dates(case):
    """Return the days on which sessions were used, from the inputs or else the entries."""
    if "session_dates" in case["inputs"]:
        return [*case["inputs"]["session_dates"], *case["inputs"].get("session_dates_after", [])]
    return [e["date"] for e in case["entries"] if re.search(r"session \d+/\d+", e["ref"])]


def rounded(exact, step="0.01"):
    """Return an exact amount, rounded half up to the step of a currency."""
    return Decimal(exact).quantize(Decimal(step), ROUND_HALF_UP)


def half(net, used, total, step="0.01"):
    """Return what ``used`` of ``total`` sessions earn of a price, by the rule."""
    return rounded(Decimal(net) * used / total, step)


class CaseDriver(PrepaidCommon):
    """Does what a case tells, on the right days, as the front desk."""

    def setUp(self):
        super().setUp()
        self.steps = []

    # -- the plan ------------------------------------------------------------------------

    def _step(self, day, call, *args, **kwargs):
        """Plan something for a day; steps of the same day keep their order."""
        self.steps.append((fields.Date.to_date(day), call, args, kwargs))

    def _play(self, case):
        """Do all steps in the order of their days, then compare each row of the case."""
        for day, call, args, kwargs in sorted(self.steps, key=lambda step: step[0]):
            with freeze_time(f"{day} 12:00:00"):
                self._run_crons()
                call(*args, **kwargs)
        last = max(row["as_of"] for row in case["expected"])
        with freeze_time(f"{fields.Date.to_date(last) + timedelta(days=1)} 12:00:00"):
            self._run_crons()
        for row in case["expected"]:
            self._compare(case, row)

    def _run_crons(self):
        """Run what the server does by itself every night."""
        crons = type(self.env["ir.cron"])
        # A test must not commit; the crons themselves are triggered in tests of their own
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: float("inf")):
            self.env["prepaid.subscription"].sudo()._cron_daily()
            self.env["account.move"].sudo()._cron_prepaid_vat()

    # -- comparing -----------------------------------------------------------------------

    def _roles(self):
        """Return the accounts of each role of the cases."""
        company = self.company
        Account = self.env["account.account"]
        return {
            "advances": self.advance,
            "receivable": self.receivable,
            "deferred": self.deferred,
            "earned": self.income,
            "breakage": company.prepaid_breakage_account_id,
            "other_income": self.other_income,
            "tax": self.company_data["default_account_tax_sale"],
            "tax_transit": company.prepaid_vat_transit_account_id,
            "cash": Account.search(
                [
                    *Account._check_company_domain(company),
                    "|",
                    ("account_type", "=", "asset_cash"),
                    "&",
                    ("account_type", "=", "asset_current"),
                    ("reconcile", "=", True),
                ]
            ),
            "bad_debt": company.prepaid_bad_debt_account_id,
            "allowance": company.prepaid_allowance_account_id,
            "fx_loss": company.income_currency_exchange_account_id
            + company.expense_currency_exchange_account_id,
        }

    def _compare(self, case, row):
        """Compare one dated row with the ledger; an account that the row does not name is 0."""
        currency = self.company.currency_id
        expected, actual = {}, {}
        for role, accounts in self._roles().items():
            sign = 1 if role in DEBIT_ROLES else -1
            expected[role] = float(row.get(role, 0))
            actual[role] = currency.round(sign * self._ledger(accounts, row["as_of"])) + 0.0
        self.assertEqual(actual, expected, f"{case['id']} as of {row['as_of']}")

    # -- the salon of a case -------------------------------------------------------------

    def _prepare_company(self, case):
        """Give the company the currency of the case, and one account for breakage only."""
        currency = self.env.ref(f"base.{case['currency']['code']}")
        currency.active = True
        if currency != self.company.currency_id:
            self.company.currency_id = currency
        self.company.prepaid_breakage_account_id = self.env["account.account"].create(
            {"name": "Breakage", "code": "450901", "account_type": "income_other"}
        )

    def _tax(self, rate, included):
        """Return a sales tax with an account of its own, or none at rate 0."""
        if not float(rate or 0):
            return self.env["account.tax"]
        account = self.company_data["default_account_tax_sale"].id
        lines = [
            fields.Command.create({"repartition_type": "base", "factor_percent": 100.0}),
            fields.Command.create(
                {"repartition_type": "tax", "factor_percent": 100.0, "account_id": account}
            ),
        ]
        return self.env["account.tax"].create(
            {
                "name": f"{rate}% {'included' if included else ''}",
                "amount": float(rate),
                "amount_type": "percent",
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "price_include_override": "tax_included" if included else "tax_excluded",
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )

    def _template(self, price, sessions, tax=None, **vals):
        """Return a subscription template of the manager."""
        template = (
            self.env["prepaid.subscription.template"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"name": "Package", "price": price, "sessions": sessions, **vals})
        )
        template.sudo().product_id.write(
            {
                "taxes_id": [fields.Command.set(tax.ids if tax else [])],
                "property_account_income_id": self.income.id,
            }
        )
        return self._as_desk(template)

    def _sell(self, template, **kwargs):
        """Sell as the front desk; the package is ``self.package`` (``self.packages``: all)."""
        result = template.sell(kwargs.pop("partner_id", self.client.id), **kwargs)
        self.sale = result
        self.packages = self._as_desk(
            self.env["prepaid.subscription"].browse(result["subscription_ids"])
        )
        self.package = self.packages[:1]

    def _use(self, day, **kwargs):
        """Use a session of the first package that has one, as the front desk."""
        package = self.packages.filtered(lambda p: p.state in ("active", "expired"))[:1]
        self.use = (package or self.package).use_session(day, **kwargs)


class HandMadeCase(CaseDriver):
    """A case that is not in the file: its rows are computed in the test, from the rules alone."""

    def _begin(self, currency="USD", case_id="-"):
        self.case = {"id": case_id, "currency": {"code": currency}, "expected": []}
        self._prepare_company(self.case)

    def _row(self, as_of, **roles):
        self.case["expected"].append({"as_of": as_of, **{k: str(v) for k, v in roles.items()}})

    def _plan(self, price, sessions, day, tax=None, sell=None, **vals):
        template = self._template(price, sessions, tax, **vals)
        kwargs = {"date": day, "journal_id": self.bank.id, **(sell or {})}
        self._step(day, self._sell, template, **kwargs)
        return template

    def _rates(self, **rates):
        """Return the euro, with rates by day: ``d2026_11_02=0.8``."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        for day, rate in rates.items():
            self.env["res.currency.rate"].create(
                {
                    "name": day[1:].replace("_", "-"),
                    "rate": rate,
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                }
            )
        return euro
