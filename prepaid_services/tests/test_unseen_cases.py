from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import HandMadeCase, half, rounded


@tagged("post_install", "-at_install")
class TestUnseenCases(HandMadeCase):
    """Cases beyond the worked ones: every figure is computed here, from the rules alone."""

    # -- rounding ------------------------------------------------------------------------

    def _run_sessions(self, price, count, currency="USD", step="0.01"):
        self._begin(currency)
        days = [
            str(fields.Date.add(fields.Date.to_date("2026-01-05"), days=i)) for i in range(count)
        ]
        self._plan(float(price), count, "2026-01-04")
        price = Decimal(price)
        for number, day in enumerate(days, 1):
            self._step(day, self._use, day)
            earned = half(price, number, count, step)
            self._row(day, cash=price, earned=earned, deferred=price - earned)
        self._play(self.case)
        self.assertEqual(self.package.state, "used_up")

    def test_one_session(self):
        self._run_sessions("49.99", 1)

    def test_many_sessions(self):
        self._run_sessions("100.00", 37)

    def test_price_of_a_cent(self):
        self._run_sessions("0.01", 4)

    def test_three_decimals(self):
        self._run_sessions("10.125", 7, "KWD", "0.001")

    def test_no_decimals(self):
        self._run_sessions("11", 8, "JPY", "1")

    # -- taxes and discounts -------------------------------------------------------------

    def _invoice(self, template, lines, day):
        """Post an invoice of the accountant: the package first or last, and other lines."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    fields.Command.create(
                        {"product_id": template.sudo().product_id.id} if line is None else line
                    )
                    for line in lines
                ],
            }
        )
        invoice.action_post()
        self.invoice = invoice
        self.packages = self._as_desk(invoice.line_ids.prepaid_package_ids)
        self.package = self.packages[:1]

    def _run_order_discount(self, order):
        """100.00 and 50.00, 21 % included; 10.00 off the order: 8.26 of 123.96 net."""
        self._begin()
        tax = self._tax(21, True)
        template = self._template(100.0, 5, tax)
        common = {"tax_ids": [fields.Command.set(tax.ids)], "account_id": self.income.id}
        lines = [
            None,
            {"name": "Shampoo", "price_unit": 50.0, **common},
            {"name": "Discount", "price_unit": -10.0, **common},
        ]
        self._step("2026-02-02", self._invoice, template, [lines[i] for i in order], "2026-02-02")
        self._step("2026-02-03", self._use, "2026-02-03")
        share = rounded(Decimal("8.26") * Decimal("82.64") / Decimal("123.96"))
        deferred = Decimal("82.64") - share
        earned = Decimal("41.32") - (Decimal("8.26") - share)
        self._row("2026-02-02", receivable=140, tax="24.30", deferred=deferred, earned=earned)
        first = half(deferred, 1, 5)
        self._row(
            "2026-02-03",
            receivable=140,
            tax="24.30",
            deferred=deferred - first,
            earned=earned + first,
        )
        self._play(self.case)

    def test_order_discount(self):
        self._run_order_discount([0, 1, 2])

    def test_order_discount_first(self):
        self._run_order_discount([2, 1, 0])

    def test_order_discount_on_the_package_only(self):
        """A package alone, 15.00 off the order: all of the invoice is deferred."""
        self._begin()
        tax = self._tax(21, True)
        template = self._template(100.0, 5, tax)
        discount = {
            "name": "Discount",
            "price_unit": -15.0,
            "tax_ids": [fields.Command.set(tax.ids)],
            "account_id": self.income.id,
        }
        self._step("2026-02-02", self._invoice, template, [None, discount], "2026-02-02")
        self._row("2026-02-02", receivable=85, tax="14.75", deferred="70.25")
        self._play(self.case)

    def test_quantity_with_discount(self):
        """3 x 33.33 less 10 %, 20 % included: 74.99 net in 25.00, 24.99, 25.00."""
        self._begin()
        self._plan(33.33, 3, "2026-02-02", self._tax(20, True), {"quantity": 3, "discount": 10.0})
        days = [f"2026-02-{day:02}" for day in range(3, 12)]
        for day in days:
            self._step(day, self._use, day)
        self._row("2026-02-02", cash="89.99", tax="15.00", deferred="74.99")
        self._row("2026-02-05", cash="89.99", tax="15.00", deferred="49.99", earned="25.00")
        self._row("2026-02-08", cash="89.99", tax="15.00", deferred="25.00", earned="49.99")
        self._row("2026-02-11", cash="89.99", tax="15.00", earned="74.99")
        self._play(self.case)

    def test_forced_income_account(self):
        self._begin()
        template = self._template(100.0, 4)
        other = self.income.copy({"code": "400901"})
        line = {"product_id": template.sudo().product_id.id, "account_id": other.id}
        self._step("2026-02-02", self._invoice, template, [line], "2026-02-02")
        self._step("2026-02-03", self._use, "2026-02-03")
        self._row("2026-02-02", receivable=100, deferred=100)
        self._row("2026-02-03", receivable=100, deferred=75, earned=25)
        self._play(self.case)
        self.assertEqual(self._ledger(other), 0.0)

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
        """Ten of 30 days are over; 200.00 come back, and nothing stays deferred."""
        self._begin()
        self._plan(
            300.0, 1, "2026-04-01", is_unlimited=True, validity_number=30, validity_unit="day"
        )
        self._step("2026-04-10", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-04-10", cash=100, earned=100)
        self._row("2026-05-31", cash=100, earned=100)
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

    # -- invoices taken back -------------------------------------------------------------

    def test_credit_note_keeps_history(self):
        """An invoice paid from the balance gets a credit note: the months between stay."""
        self._begin()
        self.service.taxes_id = self._tax(20, True)
        visit = []
        self._step("2026-01-05", self._top_up, 500.0, "2026-01-05")

        def come():
            visit.append(self._book("2026-01-10", price=360.0))
            visit[0].action_done()

        self._step("2026-01-10", come)
        self._step("2026-02-12", lambda: visit[0].action_undo_done("Wrong"))
        self._row("2026-01-10", cash=500, advances=140, earned=300, tax=60)
        self._row("2026-01-31", cash=500, advances=140, earned=300, tax=60)
        self._row("2026-02-12", cash=500, advances=500)
        self._play(self.case)
        self._assert_balance_is_ledger()

    # -- currencies ----------------------------------------------------------------------

    def _rates(self, **rates):
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

    def test_package_in_euros_paid_from_euros(self):
        """96.00 EUR at 0.80 are 120.00; 48.00 EUR at 0.75 are 64.00: the difference is 4.00."""
        self._begin()
        euro = self._rates(d2026_11_02=0.8, d2026_11_10=0.75)
        journal = self.bank.copy({"name": "Euros", "code": "BEUR", "currency_id": euro.id})
        template = self._template(48.0, 4, self._tax(20, True), is_freestyle=True)
        self._step("2026-11-02", self._top_up, 96.0, "2026-11-02", journal=journal)
        self._step(
            "2026-11-10",
            self._sell,
            template,
            date="2026-11-10",
            currency_id=euro.id,
            price=48.0,
        )
        self._step("2026-11-12", self._use, "2026-11-12")
        self._row("2026-11-02", cash=120, advances=120)
        deferred = rounded("53.33")
        self._row("2026-11-10", cash=120, advances=60, deferred=deferred, tax="10.67", fx_loss=4)
        first = half(deferred, 1, 4)
        self._row(
            "2026-11-12",
            cash=120,
            advances=60,
            deferred=deferred - first,
            earned=first,
            tax="10.67",
            fx_loss=4,
        )
        self._play(self.case)

    def test_refund_in_euros(self):
        """What is left comes back at the rate of the sale; only the receivable differs."""
        self._begin()
        euro = self._rates(d2026_11_02=0.8, d2026_11_20=0.75)
        journal = self.bank.copy({"name": "Euros", "code": "BEUR", "currency_id": euro.id})
        template = self._template(300.0, 3, is_freestyle=True)
        self._step(
            "2026-11-02",
            self._sell,
            template,
            date="2026-11-02",
            currency_id=euro.id,
            price=300.0,
            journal_id=journal.id,
        )
        self._step("2026-11-05", self._use, "2026-11-05")
        self._step("2026-11-20", lambda: self.package.refund(journal_id=journal.id))
        self._row("2026-11-05", cash=375, deferred=250, earned=125)
        # 200.00 EUR: 250.00 given up, 266.67 paid
        self._row("2026-11-20", cash="108.33", earned=125, fx_loss="16.67")
        self._play(self.case)

    # -- corrections ---------------------------------------------------------------------

    def test_session_of_the_wrong_client(self):
        """Marked for Anna, who was not there: undone, and used by Bohdan on the real day."""
        self._begin()
        bohdan = self._create_client("Bohdan")
        template = self._template(100.0, 3)
        anna, other = [], []
        self._step("2026-01-05", lambda: (self._sell(template), anna.append(self.package)))
        self._step(
            "2026-01-05",
            lambda: (
                self._sell(template, partner_id=bohdan.id, price=None),
                other.append(self.package),
            ),
        )
        self._step("2026-01-06", lambda: self.__dict__.update(use=anna[0].use_session()))
        self._step("2026-01-08", lambda: anna[0].undo_use(self.use["use_id"]))
        self._step("2026-01-08", lambda: other[0].use_session("2026-01-06", kind="correction"))
        self._row("2026-01-06", receivable=200, deferred="133.34", earned="66.66")
        self._row("2026-01-08", receivable=200, deferred="166.67", earned="33.33")
        self._play(self.case)
        self.assertEqual(self._ledger(self.deferred, partner=self.client), -100.0)
        self.assertEqual(self._ledger(self.deferred, partner=bohdan), -66.67)

    def test_backdated_use(self):
        """Written down later: booked on its own day, in the order of writing."""
        self._begin()
        self._plan(100.0, 3, "2026-01-05")
        self._step("2026-01-20", self._use, "2026-01-20")
        self._step("2026-01-21", self._use, "2026-01-10")
        self._row("2026-01-10", cash=100, deferred="66.66", earned="33.34")
        self._row("2026-01-20", cash=100, deferred="33.33", earned="66.67")
        self._play(self.case)

    def test_two_uses_on_a_day_undone(self):
        self._begin()
        self._plan(100.0, 3, "2026-01-05")
        for _index in range(2):
            self._step("2026-01-10", self._use, "2026-01-10")
        self._step("2026-01-11", lambda: self.package.undo_use(self.use["use_id"]))
        self._step("2026-01-12", self._use, "2026-01-12")
        self._step("2026-01-13", self._use, "2026-01-13")
        self._row("2026-01-10", cash=100, deferred="33.33", earned="66.67")
        self._row("2026-01-11", cash=100, deferred="66.67", earned="33.33")
        self._row("2026-01-13", cash=100, earned=100)
        self._play(self.case)

    def test_locked_month(self):
        """A use in a locked month is booked on the first open day, breakage too."""
        self._begin()
        self._plan(100.0, 4, "2026-01-05", sell={"date_end": "2026-01-31"}, is_freestyle=True)

        def lock():
            self.company.fiscalyear_lock_date = "2026-01-31"

        self._step("2026-01-20", lock)
        self._step("2026-01-21", self._use, "2026-01-20")
        self._row("2026-01-31", cash=100, deferred=100)
        self._row("2026-02-01", cash=100, earned=25, breakage=75)
        self._play(self.case)
        use = self.package.use_ids
        self.assertEqual((str(use.date), str(use.accounting_date)), ("2026-01-20", "2026-02-01"))

    def test_storno(self):
        """In a chart with storno the balances are the same."""
        self._begin("UAH")
        self.company.account_storno = True
        self._plan(1200.0, 3, "2026-01-05", self._tax(20, True))
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-01-07", lambda: self.package.undo_use(self.use["use_id"]))
        self._step("2026-01-08", self._use, "2026-01-08")
        self._step("2026-01-09", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-07", cash=1200, tax=200, deferred=1000)
        self._row("2026-01-08", cash=1200, tax=200, deferred="666.67", earned="333.33")
        self._row("2026-01-09", cash=400, tax="66.67", earned="333.33")
        self._play(self.case)

    def test_transferred_package_is_refunded_to_the_new_owner(self):
        """The old payer's open invoice stays the old payer's debt."""
        self._begin()
        dana = self._create_client("Dana")
        self._plan(100.0, 4, "2026-01-05", sell={"journal_id": False})
        self._step("2026-01-06", lambda: self.package.transfer(dana.id))
        self._step("2026-01-07", lambda: self.package.refund())
        self._row("2026-01-06", receivable=100, deferred=100)
        self._row("2026-01-07")
        self._play(self.case)
        for client in (self.client, dana):
            self._assert_balance_is_ledger(client)
            self.assertEqual(self._ledger(self.receivable, partner=client), 0.0)
            self.assertEqual(self._ledger(self.deferred, partner=client), 0.0)

    def test_bad_terms(self):
        """What cannot be sold is refused in words, not with a traceback."""
        template = self._template(100.0, 4, is_freestyle=True)
        with freeze_time("2026-01-15 12:00:00"):
            for kwargs in (
                {"sessions": 0},
                {"sessions": True},
                {"bonus_sessions": 1.5},
                {"price": "12"},
                {"price": float("nan")},
                {"discount": 150.0},
                {"discount": -5.0},
                {"discount": "x"},
                {"currency_id": 10**9},
                {"member_ids": [10**9]},
                {"journal_id": 10**9},
                {"partner_id": "x"},
            ):
                self._refused(".", template.sell, **{"partner_id": self.client.id, **kwargs})

    def test_zero_is_a_value(self):
        """A price, gift or fee of nothing is no missing argument."""
        vals = {"is_freestyle": True, "bonus_sessions": 2, "refund_fee_percent": 10.0}
        template = self._template(100.0, 4, **vals)
        with freeze_time("2026-01-15 12:00:00"):
            self._sell(template, price=0, bonus_sessions=0)
            self.assertEqual((self.sale["amount_total"], self.package.sessions_left), (0.0, 4))
            self._sell(template, price=False, bonus_sessions=False)
            self.assertEqual((self.sale["amount_total"], self.package.sessions_left), (100.0, 6))
            self.assertEqual(self.package.refund_preview(fee_percent=0)["fee"], 0.0)
            self.assertEqual(self.package.refund_preview(fee_percent=False)["fee"], 10.0)
            self._sell(self._template(100.0, 4))
            self._refused("freestyle", self.package.template_id.sell, self.client.id, price=0)

    def test_added_sessions_are_taken_back(self):
        """A credit note for the whole addition takes its sessions; the next is worth as before."""
        with freeze_time("2026-01-15 12:00:00"):
            for used, left in ((4, 6), (10, 0)):
                self._sell(self._template(1000.0, 10, is_freestyle=True))
                more = self.package.add_sessions(5, 500.0)
                self.package.use_session(units=used)
                invoice = self.env["account.move"].browse(more["invoice_id"])
                with self.assertRaisesRegex(UserError, "credit note"):
                    invoice.button_draft()
                invoice._reverse_moves([{"invoice_date": "2026-01-15"}], cancel=True)
                self.assertEqual(self.package.sessions_left if left else 0, left)
                self.assertEqual(self.package.amount_deferred, 100.0 * left)
                self._assert_balance_is_ledger()

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
        self._row("2026-07-10", cash=500, receivable=-150, earned=300, breakage=50)
        self._row("2026-07-11", cash=500, receivable=-500)
        self._play(self.case)
