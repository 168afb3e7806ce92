from odoo.tests import freeze_time, tagged

from .cases import load
from .deposit_common import DepositCommon
from .vat import VatCommon


@tagged("post_install", "-at_install")
class TestVatCases(VatCommon, DepositCommon):
    """The worked cases of VAT on advances, to the last cent on every date."""

    def _case(self, case_id):
        case = load(case_id)[case_id]
        self._prepare_company(case)
        self.tax = self._vat_policy(case["policy"], case["inputs"]["tax_rate"])
        return case, case["inputs"]

    def test_v01_first_event(self):
        case, inputs = self._case("V01")
        self._step(inputs["topup_on"], self._top_up, float(inputs["topup"]), inputs["topup_on"])
        self._step(inputs["service_on"], self._visit, inputs["service_on"], inputs["service_gross"])
        self._play(case)
        self.assertEqual(self._report(), [1200.0, 200.0, 100.0, 100.0, 0.0])

    def test_v02_advance_invoice(self):
        case, inputs = self._case("V02")
        day = inputs["advance_on"]
        self._step(day, self._top_up, float(inputs["advance_gross"]), day)
        day = inputs["service_on"]
        self._step(day, self._visit, day, inputs["service_gross"])
        self._play(case)
        self.assertEqual(self._report(), [1190.0, 190.0, 95.0, 95.0, 0.0])
        self.assertEqual(self._as_desk(self.client).prepaid_balance, 595.0)

    # -- deposits ------------------------------------------------------------------------

    def _book_with_deposit(self, amount, visit_on):
        """Book a visit that asks for a deposit, and take it."""
        self.rule = self._rule(amount=float(amount), no_show_keep_percent=100.0)
        self.booking = self._book(visit_on, price=850.0)
        self._pay(self.booking)

    def _forfeit(self, taxed):
        """Plan V04, with the tax of advances on the fee or without; returns the case."""
        case, inputs = self._case("V04")
        self.company._prepaid_fee_product().taxes_id = self.tax if taxed else False
        day = inputs["no_show_on"]
        self._step(inputs["paid_on"], self._book_with_deposit, inputs["deposit"], day)
        self._step(day, lambda: self.booking.action_no_show())
        return case

    def test_v04_forfeit_outside_vat(self):
        self._play(self._forfeit(taxed=False))
        self.assertEqual(self._report(), [200.0, 33.33, 33.33, 0.0, 0.0])

    def test_v05_forfeit_with_vat_kept(self):
        case = self._forfeit(taxed=True)
        first, last = case["expected"]
        last = {**last, "other_income": "166.67", "tax": "33.33"}
        self._play({**case, "id": "V05", "expected": [first, last]})
        self.assertEqual(self._report(), [200.0, 33.33, 33.33, 0.0, 0.0])

    def test_forfeit_with_an_advance_invoice(self):
        """The same under *advance invoice*: credited without a tax, deducted with one."""
        for fee_tax, vat, income in ((False, 0.0, 119.0), (True, 19.0, 100.0)):
            with self.subTest(fee_tax=fee_tax), self.env.cr.savepoint() as savepoint:
                tax = self._vat_policy("advance_invoice", 19)
                self.company._prepaid_fee_product().taxes_id = tax if fee_tax else False
                with freeze_time("2026-05-04 12:00:00"):
                    self._book_with_deposit(119.0, "2026-05-08")
                self.assertEqual(self._vat()[0], 19.0)
                with freeze_time("2026-05-08 12:00:00"):
                    self.booking.action_no_show()
                self.assertEqual(self._vat()[0], vat)
                self._assert_ledger(advances=0.0, receivable=0.0, other_income=income)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_held_deposit_with_an_advance_invoice(self):
        """The advance invoice of a deposit pays no other visit."""
        self._vat_policy("advance_invoice", 19)
        self._approve_credit()
        with freeze_time("2026-05-04 12:00:00"):
            self._book_with_deposit(119.0, "2026-05-08")
            self.rule.action_archive()
            other = self._visit("2026-05-04", 59.5, hour=8)
            self.assertEqual(other.payment_status, "owing")
        with freeze_time("2026-05-08 12:00:00"):
            self.booking.action_done()
        self.assertEqual(self.booking.sudo().invoice_id.amount_total, 850.0 - 119.0)
