"""Documents of advances name the service where it is known."""

from odoo.tests import freeze_time, tagged

from .deposit_common import DepositCommon
from .vat import VatCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestAdvanceNames(DepositCommon, VatCommon):
    def _documents(self):
        return self.env["account.move"].search(
            [("prepaid_kind", "=", "advance"), ("company_id", "=", self.company.id)], order="id"
        )

    def test_deposit_of_a_service(self):
        self._vat_policy("advance_invoice", 20)
        self._rule()
        booking = self._book("2026-04-10", confirm=False)
        booking.action_request_payment()
        self._pay(booking)
        name = self._documents().invoice_line_ids.name
        self.assertIn("Manicure", name)

    def test_money_for_anything(self):
        self._vat_policy("advance_invoice", 20)
        self._top_up(120.0, "2026-03-20")
        self.assertNotIn("Manicure", self._documents().invoice_line_ids.name)
        self.assertRegex(self._documents().invoice_line_ids.name, "Advance payment .+")

    def test_pay_back_proposes_the_amount(self):
        self._top_up(200.0, "2026-03-20")
        self._book("2026-04-10")
        dialog = self._as_desk(self.env["prepaid.money"]).create(
            {
                "direction": "pay_out",
                "partner_id": self.client.id,
                "journal_id": self.cash.id,
            }
        )
        self.assertEqual(dialog.amount, 80.0, "the visit needs the rest")
        top_up = self._as_desk(self.env["prepaid.money"]).new({"partner_id": self.client.id})
        self.assertEqual(top_up.amount, 0.0)
