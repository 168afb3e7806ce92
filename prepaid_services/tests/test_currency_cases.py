from odoo import fields
from odoo.tests import tagged

from .cases import HandMadeCase

Command = fields.Command


@tagged("post_install", "-at_install")
class TestCurrencyCases(HandMadeCase):
    """Money and packages in another currency, refunds and breakage: by hand from the rules."""

    # -- currencies ----------------------------------------------------------------------

    def _euros(self, **rates):
        euro = self._rates(**rates)
        self.euros = self.bank.copy({"name": "Euros", "code": "BEUR", "currency_id": euro.id})
        return euro

    def test_euro_balance_paid_back_in_parts(self):
        """96.00 EUR at 0.80 are 120.00; 32.00 go back at 0.75 (42.67), 64.00 at 0.64 (100.00)."""
        self._begin()
        self._euros(d2026_11_02=0.8, d2026_11_10=0.75, d2026_11_20=0.64)
        pay_out = self._as_desk(self.client).prepaid_pay_out
        self._step("2026-11-02", self._top_up, 96.0, "2026-11-02", journal=self.euros)
        self._step("2026-11-10", pay_out, 32.0, self.euros.id, "2026-11-10")
        self._step("2026-11-20", pay_out, 64.0, self.euros.id, "2026-11-20")
        self._row("2026-11-02", cash=120, advances=120)
        self._row("2026-11-10", cash="77.33", advances=80, fx_loss="2.67")
        self._row("2026-11-20", cash="-22.67", fx_loss="22.67")
        self._play(self.case)

    def test_euro_balance_does_not_pay_a_dollar_visit(self):
        """Each currency is a purse of its own; the visit needs dollars."""
        self._begin()
        self._euros(d2026_11_02=0.8)
        self._step("2026-11-02", self._top_up, 96.0, "2026-11-02", journal=self.euros)
        self._step(
            "2026-11-03",
            lambda: self._book("2026-11-03", price=50.0).action_done(journal_id=self.cash.id),
        )
        self._row("2026-11-03", cash=170, advances=120, earned=50)
        self._play(self.case)

    def test_euro_balance_written_off(self):
        """A dormant balance in euros becomes income at the rate it was received."""
        self._begin()
        self._euros(d2026_11_02=0.8, d2026_11_10=0.75)
        client = self.client.with_user(self.manager).with_company(self.company)
        self._step("2026-11-02", self._top_up, 96.0, "2026-11-02", journal=self.euros)
        self._step("2026-11-03", self._top_up, 10.0, "2026-11-03")
        self._step("2026-11-10", client.prepaid_write_off)
        self._row("2026-11-03", cash=130, advances=130)
        self._row("2026-11-10", cash=130, other_income=130)
        self._play(self.case)

    def test_euro_package_lapses_and_comes_back(self):
        """100.00 EUR at 0.80 are 125.00, over 3: nothing is left in either currency."""
        self._begin()
        euro = self._euros(d2026_01_02=0.8, d2026_02_10=0.75)
        template = self._template(100.0, 3, is_freestyle=True)
        self._step(
            "2026-01-05", self._sell, template, date="2026-01-05", currency_id=euro.id,
            price=100.0, journal_id=self.euros.id, date_end="2026-01-31",
        )
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-02-10", lambda: self.package.extend("2026-03-31", restored_sessions=1))
        self._step("2026-02-11", self._use, "2026-02-11")
        self._row("2026-01-06", cash=125, deferred="83.33", earned="41.67")
        self._row("2026-01-31", cash=125, breakage="83.33", earned="41.67")
        # Half of 83.33 comes back
        self._row("2026-02-10", cash=125, breakage="41.66", deferred="41.67", earned="41.67")
        self._row("2026-02-11", cash=125, breakage="41.66", earned="83.34")
        self._play(self.case)
        lines = self.env["account.move.line"].search([("account_id", "=", self.deferred.id)])
        self.assertAlmostEqual(sum(lines.mapped("amount_currency")), 0.0)

    def test_euro_package_paid_at_three_rates(self):
        """300.00 EUR sold at 0.80 (375.00), paid 100 at 0.75 (133.33), 200 at 0.90 (222.22)."""
        self._begin()
        euro = self._euros(d2026_01_02=0.8, d2026_02_10=0.75, d2026_03_10=0.9)
        self.company.prepaid_debts_first = True
        template = self._template(300.0, 3, is_freestyle=True)
        self._step(
            "2026-01-05", self._sell, template, date="2026-01-05", currency_id=euro.id, price=300.0
        )
        self._step("2026-02-10", self._top_up, 100.0, "2026-02-10", journal=self.euros)
        self._step("2026-03-10", self._top_up, 200.0, "2026-03-10", journal=self.euros)
        self._row("2026-01-05", receivable=375, deferred=375)
        self._row("2026-02-10", cash="133.33", receivable=250, deferred=375, fx_loss="-8.33")
        self._row("2026-03-10", cash="355.55", deferred=375, fx_loss="19.45")
        self._play(self.case)

    # -- refunds ---------------------------------------------------------------------------

    def test_refund_of_a_partly_paid_package(self):
        """1000.00, 400.00 paid, two of ten used: 800.00 unused, 600.00 open, 200.00 come back."""
        self._begin()
        template = self._template(1000.0, 10)
        self._step("2026-01-05", self._top_up, 400.0, "2026-01-05")
        self._step("2026-01-06", self._sell, template, date="2026-01-06")
        self._step("2026-01-07", lambda: self.package.use_session("2026-01-07", units=2))
        self._step("2026-01-20", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-06", cash=400, receivable=600, deferred=1000)
        self._row("2026-01-07", cash=400, receivable=600, deferred=800, earned=200)
        self._row("2026-01-20", cash=200, earned=200)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_refund_when_more_was_used_than_paid(self):
        """1000.00, 100.00 paid, four used: 300.00 stay owed, nothing comes back."""
        self._begin()
        template = self._template(1000.0, 10)
        self._step("2026-01-05", self._top_up, 100.0, "2026-01-05")
        self._step("2026-01-06", self._sell, template, date="2026-01-06")
        self._step("2026-01-07", lambda: self.package.use_session("2026-01-07", units=4))
        self._step("2026-01-20", lambda: self.package.refund(to_balance=True))
        self._row("2026-01-20", cash=100, receivable=300, earned=400)
        self._play(self.case)

    def test_refund_with_a_taxed_fee(self):
        """1200.00 with 20 %, four of ten used: 720.00, less 10 % (72.00, 12.00 of it tax)."""
        self._begin()
        tax = self._tax(20, True)
        fee = self._create_service(
            "Fee", 0.0, taxes_id=[Command.set(tax.ids)],
            property_account_income_id=self.other_income.id,
        )
        self.company.prepaid_package_fee_product_id = fee
        self._plan(1200.0, 10, "2026-01-05", tax, refund_fee_percent=10.0)
        self._step("2026-01-06", lambda: self.package.use_session("2026-01-06", units=4))
        self._step("2026-03-01", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-06", cash=1200, tax=200, deferred=600, earned=400)
        self._row("2026-03-01", cash=552, tax=92, earned=400, other_income=60)
        self._play(self.case)

    def test_more_lapse_than_expected(self):
        """20 % expected of ten; six used: 600 + 150; the other 250.00 lapse."""
        self._begin()
        vals = {"breakage_policy": "proportional", "breakage_percent": 20.0, "is_freestyle": True}
        self._plan(1000.0, 10, "2026-01-05", sell={"date_end": "2026-06-30"}, **vals)
        self._step("2026-02-01", lambda: self.package.use_session("2026-02-01", units=6))
        self._row("2026-02-01", cash=1000, earned=600, breakage=150, deferred=250)
        self._row("2026-06-30", cash=1000, earned=600, breakage=400)
        self._play(self.case)

    def test_proportional_refunded(self):
        """Five of ten used: 500 + 125; 500.00 come back, breakage goes first."""
        self._begin()
        vals = {"breakage_policy": "proportional", "breakage_percent": 20.0, "is_freestyle": True}
        self._plan(1000.0, 10, "2026-01-05", sell={"date_end": "2026-06-30"}, **vals)
        self._step("2026-02-01", lambda: self.package.use_session("2026-02-01", units=5))
        self._step("2026-02-10", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-02-01", cash=1000, earned=500, breakage=125, deferred=375)
        self._row("2026-02-10", cash=500, earned=500)
        self._play(self.case)

    def test_proportional_undone(self):
        self._begin()
        vals = {"breakage_policy": "proportional", "breakage_percent": 10.0, "is_freestyle": True}
        self._plan(100.0, 3, "2026-01-05", sell={"date_end": "2026-06-30"}, **vals)
        self._step("2026-02-01", self._use, "2026-02-01")
        self._step("2026-02-02", self._use, "2026-02-02")
        self._step("2026-02-03", lambda: self.package.undo_use(self.use["use_id"]))
        # 10.00 x 1 / 2.7 = 3.70; x 2 / 2.7 = 7.41
        self._row("2026-02-01", cash=100, earned="33.33", breakage="3.70", deferred="62.97")
        self._row("2026-02-02", cash=100, earned="66.67", breakage="7.41", deferred="25.92")
        self._row("2026-02-03", cash=100, earned="33.33", breakage="3.70", deferred="62.97")
        self._play(self.case)
