from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services.tests.cases import CaseDriver
from odoo.addons.prepaid_services.tests.vat import VatCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestForecastCalls(CaseDriver):
    """What comes in with a call of the forecast does not change what it reads."""

    def test_forecast_reads_own_accounts(self):
        """What is known of the accounts is looked up, whatever the context says."""
        self._top_up(1000.0)
        known = {"company": self.company.id, "cash": self.income.ids, "family": (0,)}
        Forecast = self.env["prepaid.cash.forecast"].with_user(self.manager)
        forecast = Forecast.with_company(self.company).with_context(prepaid_known=known)
        forecast = forecast.browse(forecast.action_new()["res_id"])
        self.assertEqual(forecast.cash, 1000.0)
        self.assertFalse(forecast.test_ids.filtered(lambda t: t.cash_actual != 1000.0))

    def test_forecast_without_assumptions(self):
        bare = self.env(user=self.manager, context={})
        Forecast = self.env["prepaid.cash.forecast"].with_env(bare)
        self.assertTrue(Forecast.create({}).action_compute())


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 12:00:00")
class TestForecastUkraine(VatCommon):
    @classmethod
    @VatCommon.setup_country("ua")
    def setUpClass(cls):
        super().setUpClass()

    def test_vat_in_transit_is_no_bill(self):
        """Ukraine's 643 is of type payable: it lowers nobody's bills in the cash forecast."""
        self.company.write(
            {"prepaid_vat_balance": "advance_entry", "prepaid_vat_since": "2026-01-01"}
        )
        self._top_up(250.0, "2026-01-05")
        self.assertEqual(
            self.company.prepaid_vat_transit_account_id.account_type, "liability_payable"
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self._create_client("Landlord").id,
                "invoice_date": "2026-01-05",
                "invoice_date_due": "2026-01-06",
                "invoice_line_ids": [
                    (0, 0, {"name": "Rent", "price_unit": 2900.0, "tax_ids": [(5,)]})
                ],
            }
        )
        bill.action_post()
        insight = self.env["prepaid.insight"]
        weeks, rest = insight._payable_by_week(self.company, self.company._prepaid_today())
        self.assertEqual((sum(weeks), rest), (2900.0, 0.0))
