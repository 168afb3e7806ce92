from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from .cases import HandMadeCase, half


@tagged("post_install", "-at_install")
class TestMoreCases(HandMadeCase):
    """Changes on changes, refunds of changed packages, late starts: figures by hand."""

    def _use_on(self, *days):
        for day in days:
            self._step(day, self._use, day)

    # -- modifications of modifications --------------------------------------------------

    def test_two_bonuses(self):
        """1000 over 10; 4 used, +2: 600 over 8; 3 used, +1: 375 over 6."""
        self._begin()
        self._plan(1000.0, 10, "2026-01-05")
        self._use_on("2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09")
        self._step("2026-01-10", lambda: self.package.extend(bonus_sessions=2))
        self._use_on("2026-01-11", "2026-01-12", "2026-01-13")
        self._step("2026-01-14", lambda: self.package.extend(bonus_sessions=1))
        self._use_on("2026-01-15")
        self._row("2026-01-10", cash=1000, earned=400, deferred=600)
        self._row("2026-01-11", cash=1000, earned=475, deferred=525)
        self._row("2026-01-14", cash=1000, earned=625, deferred=375)
        self._row("2026-01-15", cash=1000, earned="687.5", deferred="312.5")
        self._play(self.case)

    def test_bonus_for_a_used_up_package(self):
        """All is earned: the free session earns nothing."""
        self._begin()
        self._plan(100.0, 2, "2026-01-05")
        self._use_on("2026-01-06", "2026-01-07")
        self._step("2026-01-08", lambda: self.package.extend(bonus_sessions=1, reason="Sorry"))
        self._use_on("2026-01-09")
        self._row("2026-01-07", cash=100, earned=100)
        self._row("2026-01-09", cash=100, earned=100)
        self._play(self.case)
        self.assertEqual((self.package.state, self.package.sessions_used), ("used_up", 3))

    def test_more_sessions_for_a_used_up_package(self):
        """Five for 400.00 more: 80.00 each, what was earned stays."""
        self._begin()
        self._plan(100.0, 2, "2026-01-05", is_freestyle=True)
        self._use_on("2026-01-06", "2026-01-07")
        self._step(
            "2026-01-08", lambda: self.package.add_sessions(5, 400.0, journal_id=self.bank.id)
        )
        self._use_on("2026-01-09")
        self._row("2026-01-08", cash=500, earned=100, deferred=400)
        self._row("2026-01-09", cash=500, earned=180, deferred=320)
        self._play(self.case)

    def test_undo_after_a_bonus(self):
        """Back below the base of the schedule in force: at its rate of 75.00."""
        self._begin()
        self._plan(1000.0, 10, "2026-01-05")
        self._use_on("2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09")
        self._step("2026-01-10", lambda: self.package.extend(bonus_sessions=2))
        self._step("2026-01-11", lambda: self.package.undo_use(self.use["use_id"]))
        self._use_on("2026-01-12")
        self._row("2026-01-11", cash=1000, earned=325, deferred=675)
        self._row("2026-01-12", cash=1000, earned=400, deferred=600)
        self._play(self.case)

    # -- breakage ------------------------------------------------------------------------

    def test_lapsed_twice(self):
        """Three of four lapsed sessions come back, one is used, the other two lapse again."""
        self._begin()
        sell = {"date_end": "2026-06-30"}
        self._plan(500.0, 10, "2026-01-05", sell=sell, is_freestyle=True)
        self._use_on(*(f"2026-01-{day:02}" for day in range(6, 12)))
        self._step("2026-07-15", lambda: self.package.extend("2026-08-31", restored_sessions=3))
        self._use_on("2026-08-01")
        self._row("2026-06-30", cash=500, earned=300, breakage=200)
        self._row("2026-07-15", cash=500, earned=300, breakage=50, deferred=150)
        self._row("2026-08-01", cash=500, earned=350, breakage=50, deferred=100)
        self._row("2026-08-31", cash=500, earned=350, breakage=150)
        self._play(self.case)

    def test_restored_with_a_bonus_and_an_odd_cent(self):
        """100.00 over 3, one used, 66.67 lapsed; two come back and one more: over three."""
        self._begin()
        sell = {"date_end": "2026-01-31"}
        self._plan(100.0, 3, "2026-01-05", sell=sell, is_freestyle=True)
        self._use_on("2026-01-06")
        self._step("2026-02-10", lambda: self.package.extend("2026-04-30", 1))
        self._use_on("2026-02-11", "2026-02-12", "2026-02-13")
        self._row("2026-01-31", cash=100, earned="33.33", breakage="66.67")
        self._row("2026-02-10", cash=100, earned="33.33", deferred="66.67")
        for number in (1, 2, 3):
            part = half("66.67", number, 3)
            self._row(
                f"2026-02-{number + 10}",
                cash=100,
                earned=Decimal("33.33") + part,
                deferred=Decimal("66.67") - part,
            )
        self._play(self.case)

    def test_stays_deferred_and_comes_back(self):
        """Without breakage nothing is booked at expiry, nor at the extension."""
        self._begin()
        vals = {"is_freestyle": True, "breakage_policy": "none"}
        self._plan(300.0, 3, "2026-01-05", sell={"date_end": "2026-01-31"}, **vals)
        self._use_on("2026-01-06")
        self._step("2026-03-01", lambda: self.package.extend("2026-04-30"))
        self._use_on("2026-03-02", "2026-03-03")
        self._row("2026-02-15", cash=300, earned=100, deferred=200)
        self._row("2026-03-01", cash=300, earned=100, deferred=200)
        self._row("2026-03-03", cash=300, earned=300)
        self._play(self.case)

    def test_proportional_with_grace(self):
        """20 % of 5 expected; two used: 60 x 2 + 15 x 2; the rest lapses after the grace."""
        self._begin()
        vals = {
            "breakage_policy": "proportional",
            "breakage_percent": 20.0,
            "is_freestyle": True,
            "grace_days": 5,
        }
        self._plan(300.0, 5, "2026-01-05", sell={"date_end": "2026-01-31"}, **vals)
        self._use_on("2026-01-10", "2026-02-03")
        self._row("2026-01-10", cash=300, earned=60, breakage=15, deferred=225)
        self._row("2026-02-04", cash=300, earned=120, breakage=30, deferred=150)
        self._row("2026-02-05", cash=300, earned=120, breakage=180)
        self._play(self.case)

    # -- refunds -------------------------------------------------------------------------

    def test_refund_after_a_bonus(self):
        """Eight of twelve are left of 600.00 that are not earned."""
        self._begin()
        self._plan(1000.0, 10, "2026-01-05")
        self._use_on("2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09")
        self._step("2026-01-10", lambda: self.package.extend(bonus_sessions=2))
        self._step("2026-01-11", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-10", cash=1000, earned=400, deferred=600)
        self._row("2026-01-11", cash=400, earned=400)
        self._play(self.case)

    def test_refund_at_list_price_when_more_was_used_than_paid(self):
        """Nine at 60.00 are more than 500.00: nothing comes back, the rest is revenue."""
        self._begin()
        vals = {"refund_policy": "list_price", "session_price": 60.0}
        self._plan(500.0, 10, "2026-01-05", **vals)
        self._use_on(*(f"2026-01-{day:02}" for day in range(6, 15)))
        self._step("2026-01-20", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-14", cash=500, earned=450, deferred=50)
        self._row("2026-01-20", cash=500, earned=500)
        self._play(self.case)
        self.assertEqual(self.package.state, "refunded")

    def test_refund_at_list_price_with_tax_and_fee(self):
        """1200.00 less 4 x 150.00 = 600.00, less 10 %: 540.00 to the bank, fee without tax."""
        self._begin()
        vals = {"refund_policy": "list_price", "session_price": 150.0, "refund_fee_percent": 10.0}
        self._plan(1200.0, 10, "2026-01-05", self._tax(20, True), **vals)
        self._use_on("2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09")
        self._step("2026-01-20", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-09", cash=1200, tax=200, earned=400, deferred=600)
        # Credit note 600.00 = 500.00 + 100.00; of 600.00 deferred 100.00 stay: revenue
        self._row("2026-01-20", cash=660, tax=100, earned=500, other_income=60)
        self._play(self.case)

    def test_refund_of_an_untouched_package(self):
        self._begin()
        self._plan(99.99, 7, "2026-01-05", self._tax(23, True))
        self._step("2026-01-20", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-05", cash="99.99", tax="18.70", deferred="81.29")
        self._row("2026-01-20")
        self._play(self.case)

    def test_refund_of_one_of_several(self):
        """Of three packages on an invoice the second comes back; the others go on."""
        self._begin()
        self._plan(100.0, 3, "2026-01-05", self._tax(21, True), sell={"quantity": 3})
        self._step("2026-01-10", lambda: self.packages[1].refund(journal_id=self.bank.id))
        self._use_on("2026-01-11")
        # 3 x 100.00: 247.93 net, split 82.64, 82.65, 82.64; the credit note says 82.64
        self._row("2026-01-05", cash=300, tax="52.07", deferred="247.93")
        self._row("2026-01-10", cash=200, tax="34.71", deferred="165.28", earned="0.01")
        self._row("2026-01-11", cash=200, tax="34.71", deferred="137.73", earned="27.56")
        self._play(self.case)

    # -- shared ---------------------------------------------------------------------------

    def test_family(self):
        """A child owns it, the parent pays; who comes does not matter to the ledger."""
        self._begin()
        child = self._create_client("Child", parent_id=self.client.id)
        friend = self._create_client("Friend")
        template = self._template(100.0, 3, member_limit=2)
        self._step("2026-01-05", self._top_up, 100.0, "2026-01-05")
        self._step("2026-01-06", self._sell, template, partner_id=child.id)
        self._step("2026-01-07", self._use, "2026-01-07", partner_id=friend.id)
        self._step("2026-01-08", self._use, "2026-01-08", partner_id=child.id)
        self._row("2026-01-06", cash=100, deferred=100)
        self._row("2026-01-08", cash=100, earned="66.67", deferred="33.33")
        self._play(self.case)
        self.assertEqual(self._ledger(self.deferred, partner=self.client), -33.33)
        self.assertEqual(self._ledger(self.deferred, partner=friend), 0.0)

    # -- passes ---------------------------------------------------------------------------

    def test_pass_that_starts_later(self):
        """Sold in December for February: nothing before; 28 days."""
        self._begin()
        self._plan(
            280.0, 1, "2025-12-10", is_unlimited=True, sell={"date_start": "2026-02-01"},
            validity_number=1,
        )
        self._row("2026-01-31", cash=280, deferred=280)
        self._row("2026-02-28", cash=280, earned=280)
        self._play(self.case)

    def test_pass_from_the_first_visit(self):
        self._begin()
        self._plan(
            280.0, 1, "2026-01-10", is_unlimited=True, clock_start="first_use", validity_number=1
        )
        self._use_on("2026-02-15", "2026-02-16")
        self._row("2026-01-31", cash=280, deferred=280)
        # 15 February to 14 March: 28 days, 14 of them in February
        self._row("2026-02-28", cash=280, earned=140, deferred=140)
        self._row("2026-03-14", cash=280, earned=280)
        self._play(self.case)

    def test_pass_started_by_force(self):
        """Nobody came: the clock starts ten days after the sale."""
        self._begin()
        vals = {"clock_start": "forced", "clock_days": 10, "validity_number": 1}
        self._plan(310.0, 1, "2026-01-10", is_unlimited=True, **vals)
        # 20 January to 19 February: 31 days, 12 in January
        self._row("2026-01-31", cash=310, earned=120, deferred=190)
        self._row("2026-02-19", cash=310, earned=310)
        self._play(self.case)
        self.assertEqual(str(self.package.date_start), "2026-01-20")

    def test_expired_pass_is_given_more_days(self):
        """All is earned: the days that are added are free."""
        self._begin()
        self._plan(
            300.0, 1, "2026-04-01", is_unlimited=True, validity_number=30, validity_unit="day"
        )
        self._step("2026-05-10", lambda: self.package.extend("2026-05-20", reason="Ill"))
        self._row("2026-04-30", cash=300, earned=300)
        self._row("2026-05-20", cash=300, earned=300)
        self._play(self.case)

    def test_pass_refunded_with_tax(self):
        """90 days at 1.10 with 10 %; 29 are over: 67.10 come back, 6.10 of them tax."""
        self._begin()
        self._plan(
            99.0, 1, "2026-04-01", self._tax(10, True), is_unlimited=True, validity_number=90,
            validity_unit="day",
        )
        self._step("2026-04-30", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-04-30", cash=31.9, tax=2.9, earned=29)
        self._play(self.case)

    def test_pass_in_a_currency_without_decimals(self):
        self._begin("JPY")
        self._plan(10000.0, 1, "2026-01-15", is_unlimited=True, validity_number=3)
        first = date(2026, 1, 15)
        for day in ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-14"):
            passed = (fields.Date.to_date(day) - first).days + 1
            earned = half("10000", passed, 90, "1")
            self._row(day, cash=10000, earned=earned, deferred=10000 - earned)
        self._play(self.case)

    # -- balance and credit ----------------------------------------------------------------

    def test_partial_payments_of_two_debts(self):
        """80.00 pay 60.00 and 20.00 of 45.00; 50.00 more pay the rest and leave 25.00."""
        self._begin()
        self.company.prepaid_debts_first = True
        self._approve_credit()
        for day, price in (("2026-10-01", 60.0), ("2026-10-10", 45.0)):
            self._step(
                day, lambda day=day, price=price: self._book(day, price=price).action_done()
            )
        self._step("2026-11-02", self._top_up, 80.0, "2026-11-02")
        self._step("2026-11-03", self._top_up, 50.0, "2026-11-03")
        self._row("2026-10-31", receivable=105, earned=105)
        self._row("2026-11-02", cash=80, receivable=25, earned=105)
        self._row("2026-11-03", cash=130, advances=25, earned=105)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_balance_then_cash(self):
        """A visit of 120.00 with tax: 50.00 from the balance, 30.00 collected, 40.00 on credit."""
        self._begin()
        self.service.taxes_id = self._tax(20, True)
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 50.0, "2026-01-05")
        self._step(
            "2026-01-10",
            lambda: self._book("2026-01-10").action_done(journal_id=self.cash.id, amount=30.0),
        )
        self._row("2026-01-05", cash=50, advances=50)
        self._row("2026-01-10", cash=80, receivable=40, earned=100, tax=20)
        self._play(self.case)

    def test_gift_within_a_sale(self):
        """10 + 2 with 20 % on top and 50 % off: 500.00 over twelve."""
        self._begin()
        sell = {"discount": 50.0}
        self._plan(1000.0, 10, "2026-01-05", self._tax(20, False), sell=sell, bonus_sessions=2)
        self._use_on("2026-01-06", "2026-01-07")
        self._row("2026-01-05", cash=600, tax=100, deferred=500)
        for number in (1, 2):
            earned = half("500", number, 12)
            self._row(
                f"2026-01-{number + 5:02}",
                cash=600, tax=100, deferred=500 - earned, earned=earned,
            )
        self._play(self.case)
