from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from .cases import HandMadeCase, half, rounded


@tagged("post_install", "-at_install")
class TestUnseenPrices(HandMadeCase):
    """Prices, taxes, discounts, currencies beyond the worked cases, from the rules alone."""

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

    # -- currencies ----------------------------------------------------------------------

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
