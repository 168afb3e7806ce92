from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from .cases import HandMadeCase, half


@tagged("post_install", "-at_install")
class TestUnseenChanges(HandMadeCase):
    """Changes, breakage, refunds and passes beyond the worked cases, from the rules alone."""

    # -- modifications -------------------------------------------------------------------

    def test_upgrade(self):
        """Five paid sessions more: (old deferred + new money) / (old + new sessions)."""
        self._begin()
        self._plan(1000.0, 10, "2026-01-05", is_freestyle=True)
        for day in ("2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"):
            self._step(day, self._use, day)
        self._step(
            "2026-02-15",
            lambda: self.package.add_sessions(5, 400.0, journal_id=self.bank.id),
        )
        for day in ("2026-02-16", "2026-02-17"):
            self._step(day, self._use, day)
        self._row("2026-01-09", cash=1000, deferred=600, earned=400)
        self._row("2026-02-15", cash=1400, deferred=1000, earned=400)
        self._row("2026-02-16", cash=1400, deferred="909.09", earned="490.91")
        self._row("2026-02-17", cash=1400, deferred="818.18", earned="581.82")
        self._play(self.case)
        self.assertEqual((self.package.sessions_left, self.package.amount_net), (9, 1400.0))

    def test_extended_pass(self):
        """30 days at 10.00; from the 16th on 150.00 are spread over 30 days."""
        self._begin()
        self._plan(
            300.0, 1, "2026-04-01", is_unlimited=True, validity_number=30, validity_unit="day"
        )
        self._step("2026-04-16", lambda: self.package.extend("2026-05-15"))
        self._row("2026-04-30", cash=300, deferred=75, earned=225)
        self._row("2026-05-15", cash=300, earned=300)
        self._play(self.case)

    # -- breakage ------------------------------------------------------------------------

    def _plan_expired(self, **vals):
        """Four of ten sessions of 500.00 lapse at the end of June."""
        self._begin()
        self._plan(
            500.0, 10, "2026-01-05", sell={"date_end": "2026-06-30"}, is_freestyle=True, **vals
        )
        for day in range(6, 12):
            self._step(f"2026-01-{day:02}", self._use, f"2026-01-{day:02}")
        self._row("2026-06-29", cash=500, deferred=200, earned=300)
        self._row("2026-06-30", cash=500, earned=300, breakage=200)

    def test_late_use(self):
        """One session is given after expiry: its share leaves breakage on that day."""
        self._plan_expired()
        self._step("2026-07-10", lambda: self.package.extend("2026-07-10", restored_sessions=1))
        self._step("2026-07-10", self._use, "2026-07-10")
        self._row("2026-07-10", cash=500, earned=350, breakage=150)
        self._play(self.case)

    def test_full_restoration(self):
        self._plan_expired()
        self._step("2026-07-15", lambda: self.package.extend("2026-12-31"))
        self._step("2026-07-20", self._use, "2026-07-20")
        self._row("2026-07-15", cash=500, earned=300, deferred=200)
        self._row("2026-07-20", cash=500, earned=350, deferred=150)
        self._row("2026-12-31", cash=500, earned=350, breakage=150)
        self._play(self.case)

    def test_goodwill_restoration(self):
        self._plan_expired()
        self._step("2026-07-15", lambda: self.package.extend("2026-12-31", goodwill=True))
        self._step("2026-07-20", self._use, "2026-07-20")
        self._row("2026-07-20", cash=500, earned=300, breakage=200)
        self._row("2026-12-31", cash=500, earned=300, breakage=200)
        self._play(self.case)

    def test_proportional_cap(self):
        """20 % of ten expected: after eight uses all is recognised; a ninth takes back a half."""
        self._begin()
        vals = {"breakage_policy": "proportional", "breakage_percent": 20.0, "is_freestyle": True}
        self._plan(1000.0, 10, "2026-01-05", sell={"date_end": "2026-06-30"}, **vals)
        for used in range(1, 10):
            day = f"2026-01-{used + 5:02}"
            self._step(day, self._use, day)
            earned = 100 * used
            broken = min(Decimal(200) * used / 8, 1000 - earned)
            self._row(
                day, cash=1000, earned=earned, breakage=broken, deferred=1000 - earned - broken
            )
        self._row("2026-06-30", cash=1000, earned=900, breakage=100)
        self._play(self.case)

    def test_credit_note_of_a_lapsed_package(self):
        """The whole price comes back after expiry: first the breakage goes, then the revenue."""
        self._plan_expired()

        def credit(price):
            invoice = self.env["account.move"].browse(self.sale["invoice_id"])
            note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
            note.invoice_line_ids.price_unit = price
            note.action_post()

        self._step("2026-07-10", credit, 150.0)
        self._step("2026-07-11", credit, 350.0)
        self._row("2026-07-10", cash=500, advances=150, earned=300, breakage=50)
        self._row("2026-07-11", cash=500, advances=500)
        self._play(self.case)

    # -- refunds -------------------------------------------------------------------------

    def test_refund_with_an_odd_cent(self):
        """100.00 over three, 21 % included, one used: credit note 66.67, net 55.10 of 55.09."""
        self._begin()
        self._plan(100.0, 3, "2026-01-05", self._tax(21, True))
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-03-01", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-06", cash=100, tax="17.36", deferred="55.09", earned="27.55")
        self._row("2026-03-01", cash="33.33", tax="5.79", earned="27.54")
        self._play(self.case)

    def test_refund_to_the_balance(self):
        self._begin()
        self._plan(1200.0, 10, "2026-01-05", self._tax(20, True))
        for day in ("2026-01-06", "2026-01-07", "2026-01-07", "2026-01-08"):
            self._step(day, self._use, day)
        self._step("2026-03-01", lambda: self.package.refund(to_balance=True))
        self._row("2026-01-07", cash=1200, tax=200, deferred=700, earned=300)
        self._row("2026-03-01", cash=1200, tax=80, earned=400, advances=720)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_refund_of_a_pass(self):
        """Nine of 30 days are over; 210.00 come back, and nothing stays deferred."""
        self._begin()
        self._plan(
            300.0, 1, "2026-04-01", is_unlimited=True, validity_number=30, validity_unit="day"
        )
        self._step("2026-04-10", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-04-10", cash=90, earned=90)
        self._row("2026-05-31", cash=90, earned=90)
        self._play(self.case)

    # -- several packages and clients ----------------------------------------------------

    def test_order_of_consumption(self):
        """Earliest expiry, then earliest sale, those that never expire last."""
        self._begin()
        sales = (
            ("2026-01-02", False, 30.0),
            ("2026-01-03", "2026-06-30", 60.0),
            ("2026-01-05", "2026-03-31", 120.0),
            ("2026-01-04", "2026-03-31", 90.0),
        )
        template = self._template(30.0, 1, is_freestyle=True)
        for day, end, price in sales:
            self._step(day, self._sell, template, date=day, date_end=end, price=price)
        total = earned = 300
        earned = 0
        for number, price in enumerate((90, 120, 60, 30)):
            day = f"2026-02-{number + 1:02}"
            self._step(day, lambda day=day: self._book(day).action_done())
            earned += price
            self._row(day, receivable=300, deferred=total - earned, earned=earned)
        self._play(self.case)

    def test_transfer(self):
        self._begin()
        dana = self._create_client("Dana")
        self._plan(100.0, 3, "2026-01-05", self._tax(21, True))
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-01-10", lambda: self.package.transfer(dana.id))
        self._step("2026-01-12", self._use, "2026-01-12")
        self._row("2026-01-10", cash=100, tax="17.36", deferred="55.09", earned="27.55")
        self._row("2026-01-12", cash=100, tax="17.36", deferred="27.55", earned="55.09")
        self._play(self.case)
        self.assertEqual(self._ledger(self.deferred, "2026-01-10", self.client), 0.0)
        self.assertEqual(self._ledger(self.deferred, "2026-01-10", dana), -55.09)
        self.assertEqual(self._ledger(self.deferred, partner=dana), -27.55)

    # -- passes --------------------------------------------------------------------------

    def _run_pass(self, price, start, end, days, freeze=None, **vals):
        """Play a pass; every month end is in proportion to its days (none frozen)."""
        self._begin()
        self._plan(float(price), 1, start, is_unlimited=True, **vals)
        frozen = []
        if freeze:
            self._step(freeze[0], lambda: self.package.freeze(*freeze))
            frozen = [fields.Date.to_date(day) for day in freeze]
        day, first = fields.Date.to_date(start), fields.Date.to_date(start)
        last, passed = fields.Date.to_date(end), 0
        while day <= last:
            if not (frozen and frozen[0] <= day <= frozen[1]):
                passed += 1
            if fields.Date.add(day, days=1).day == 1 or day == last:
                earned = half(price, passed, days)
                self._row(day, cash=price, earned=earned, deferred=Decimal(price) - earned)
            day = fields.Date.add(day, days=1)
        self.assertEqual(passed, days, first)
        for row in self.case["expected"]:
            row["as_of"] = str(row["as_of"])
        self._play(self.case)
        self.assertEqual(str(self.package.date_end), end)

    def test_pass_in_a_leap_year(self):
        self._run_pass("300.00", "2028-01-31", "2028-02-29", 30, validity_number=1)

    def test_pass_from_the_last_day_of_february(self):
        self._run_pass("100.00", "2027-02-28", "2027-05-27", 89, validity_number=3)

    def test_leap_year_pass(self):
        self._run_pass(
            "365.00", "2028-02-29", "2029-02-28", 366, validity_number=1, validity_unit="year"
        )

    def test_frozen_pass_over_a_month_end(self):
        """31 March days, ten of them and of April frozen: valid until 10 April."""
        self._run_pass(
            "100.00",
            "2026-03-01",
            "2026-04-10",
            31,
            ("2026-03-25", "2026-04-03"),
            validity_number=1,
        )

    def test_frozen_across_a_whole_month(self):
        self._run_pass(
            "200.00",
            "2026-01-15",
            "2026-06-25",
            90,
            ("2026-02-10", "2026-04-22"),
            validity_number=3,
        )
