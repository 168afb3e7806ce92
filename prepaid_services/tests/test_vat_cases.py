from odoo.tests import tagged

from .cases import load
from .vat import VatCommon


@tagged("post_install", "-at_install")
class TestVatCases(VatCommon):
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

    def test_v04_forfeit_outside_vat(self):
        case, inputs = self._case("V04")
        self._step(inputs["paid_on"], self._deposit, float(inputs["deposit"]), inputs["paid_on"])
        day = inputs["no_show_on"]
        self._step(day, self._fee, float(inputs["deposit"]), day)
        self._play(case)
        self.assertEqual(self._report(), [200.0, 33.33, 33.33, 0.0, 0.0])

    def test_v05_forfeit_with_vat_kept(self):
        case, inputs = self._case("V04")
        self._step(inputs["paid_on"], self._deposit, float(inputs["deposit"]), inputs["paid_on"])
        day = inputs["no_show_on"]
        self._step(day, self._fee, float(inputs["deposit"]), day, self.tax)
        first, last = case["expected"]
        last = {**last, "other_income": "166.67", "tax": "33.33"}
        self._play({**case, "id": "V05", "expected": [first, last]})
