from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from .cases import HandMadeCase, half

Command = fields.Command


@tagged("post_install", "-at_install")
class TestTaxCases(HandMadeCase):
    """Taxes of every kind, computed by hand from the rules."""

    def _cash_basis(self, rate, included=True):
        tax = self._tax(rate, included)
        self.company.tax_exigibility = True
        self.suspense = self.env["account.account"].create(
            {
                "name": "VAT waiting",
                "code": "251901",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        tax.write(
            {
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": self.suspense.id,
            }
        )
        return tax

    def _roles(self):
        return {**super()._roles(), "tax_suspense": getattr(self, "suspense", self.advance[:0])}

    def test_cash_basis(self):
        """360.00 with 60.00: half is paid from the balance, half a month later in cash."""
        self._begin()
        self.service.taxes_id = self._cash_basis(20)
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 180.0, "2026-01-05")
        self._step("2026-01-10", lambda: self._book("2026-01-10", price=360.0).action_done())
        self.company.prepaid_debts_first = True
        self._step("2026-02-10", self._top_up, 180.0, "2026-02-10")
        self._row("2026-01-05", cash=180, advances=180)
        self._row("2026-01-10", cash=180, receivable=180, earned=300, tax=30, tax_suspense=30)
        self._row("2026-02-10", cash=360, earned=300, tax=60)
        self._play(self.case)

    def test_cash_basis_undone(self):
        self._begin()
        self.service.taxes_id = self._cash_basis(20)
        self._step("2026-01-05", self._top_up, 500.0, "2026-01-05")
        visit = []

        def come():
            visit.append(self._book("2026-01-10", price=360.0))
            visit[0].action_done()

        self._step("2026-01-10", come)
        self._step("2026-02-12", lambda: visit[0].action_undo_done())
        self._row("2026-01-10", cash=500, advances=140, earned=300, tax=60)
        self._row("2026-02-12", cash=500, advances=500)
        self._play(self.case)

    def test_cash_basis_package(self):
        """A package on credit: the tax waits until it is paid, revenue does not."""
        self._begin()
        tax = self._cash_basis(20)
        self._plan(120.0, 4, "2026-01-05", tax, sell={"journal_id": False})
        self._step("2026-01-06", self._use, "2026-01-06")
        self.company.prepaid_debts_first = True
        self._step("2026-02-02", self._top_up, 60.0, "2026-02-02")
        self._step("2026-03-02", lambda: self.package.refund(to_balance=True))
        self._row("2026-01-05", receivable=120, tax_suspense=20, deferred=100)
        self._row("2026-01-06", receivable=120, tax_suspense=20, deferred=75, earned=25)
        self._row(
            "2026-02-02", cash=60, receivable=60, tax_suspense=10, tax=10, deferred=75, earned=25
        )
        # 90.00 come back: 60.00 were open, 30.00 to the balance; 30.00 were sold with 5.00 tax
        self._row("2026-03-02", cash=60, advances=30, tax=5, earned=25)
        self._play(self.case)

    def test_two_taxes_on_top(self):
        """20 % and 5 % on top: 100.00 are 125.00."""
        self._begin()
        taxes = self._tax(20, False) + self._tax(5, False)
        template = self._template(100.0, 4, taxes)
        self._step("2026-01-05", self._sell, template, date="2026-01-05", journal_id=self.bank.id)
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-01-10", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-05", cash=125, tax=25, deferred=100)
        self._row("2026-01-06", cash=125, tax=25, deferred=75, earned=25)
        self._row("2026-01-10", cash="31.25", tax="6.25", earned=25)
        self._play(self.case)

    def test_one_tax_included_one_on_top(self):
        """121.00 with 21 % in it, 5 % of 100.00 on top: 126.00; three quarters come back."""
        self._begin()
        taxes = self._tax(21, True) + self._tax(5, False)
        template = self._template(121.0, 4, taxes)
        self._step("2026-01-05", self._sell, template, date="2026-01-05", journal_id=self.bank.id)
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-01-10", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-05", cash=126, tax=26, deferred=100)
        self._row("2026-01-06", cash=126, tax=26, deferred=75, earned=25)
        self._row("2026-01-10", cash="31.50", tax="6.50", earned=25)
        self._play(self.case)

    def test_client_without_tax(self):
        """A client abroad, 20 % mapped to 0 %: an agreed price stays, a list price is net."""
        self._begin()
        tax = self._tax(20, True)
        zero = tax.copy({"name": "0%", "amount": 0.0})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        zero.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(tax.id)],
            }
        )
        self.client.with_company(self.company).property_account_position_id = position
        self.service.taxes_id = tax
        visit = []

        def come():
            visit.append(self._book("2026-01-10", price=120.0))
            self.assertEqual(visit[0].amount_total, 120.0)
            visit[0].action_done()

        self._step("2026-01-05", self._top_up, 300.0, "2026-01-05")
        self._step("2026-01-10", come)
        template = self._template(120.0, 4, tax)
        self._step("2026-01-11", self._sell, template, date="2026-01-11")
        self._row("2026-01-10", cash=300, advances=180, earned=120)
        self._row("2026-01-11", cash=300, advances=80, earned=120, deferred=100)
        self._play(self.case)

    def test_global_rounding(self):
        """Tax rounded per document: three packages on two lines still add up."""
        self._begin()
        self.company.tax_calculation_rounding_method = "round_globally"
        self._plan(33.33, 3, "2026-02-02", self._tax(21, True), {"quantity": 3})
        # 99.99 / 1.21 = 82.636: 82.64 and 17.35
        self._row("2026-02-02", cash="99.99", tax="17.35", deferred="82.64")
        for day in range(3, 12):
            self._step(f"2026-02-{day:02}", self._use, f"2026-02-{day:02}")
        self._row("2026-02-11", cash="99.99", tax="17.35", earned="82.64")
        self._play(self.case)

    def test_reduced_price_and_tax_on_top(self):
        """Seven sessions at 1/3 discount, 23 % on top, used up."""
        self._begin()
        sell = {"discount": 33.33}
        self._plan(299.0, 7, "2026-02-02", self._tax(23, False), sell)
        net = Decimal("199.34")
        # 299.00 x 0.6667 = 199.3433; 23 % of 199.34 = 45.8482
        self._row("2026-02-02", cash="245.19", tax="45.85", deferred=net)
        for number in range(1, 8):
            day = f"2026-02-{number + 2:02}"
            self._step(day, self._use, day)
            earned = half(net, number, 7)
            self._row(day, cash="245.19", tax="45.85", deferred=net - earned, earned=earned)
        self._play(self.case)
