from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
class TestPackageTours(CaseDriver, HttpCase):
    """The package card in a real browser, as the front desk."""

    def test_package(self):
        self.desk.group_ids += self.env.ref("prepaid_services.group_feature_balance")
        self._sell(self._template(100.0, 4), journal_id=self.bank.id)
        self.start_tour("/odoo/prepaid-packages", "prepaid_package_tour", login="desk")
        self.assertEqual(self.package.state, "refunded")
        self._assert_ledger(deferred=0.0, earned=25.0, advances=75.0, receivable=0.0)

    def test_life_of_a_package(self):
        """A browser cannot travel in time: the package is sold 40 days ago, for a month."""
        for user in (self.desk, self.manager):
            user.group_ids += self.env.ref("prepaid_services.group_feature_balance")
        # Round figures: the product of a template gets the company's tax
        self.company.account_sale_tax_id = False
        self.start_tour("/odoo/prepaid-templates", "prepaid_package_template_tour", login="manager")
        self.start_tour("/odoo/prepaid-clients", "prepaid_package_sell_tour", login="desk")
        self._assert_ledger(deferred=100.0, earned=0.0, receivable=0.0, advances=0.0)
        package = self.env["prepaid.subscription"].search([("partner_id", "=", self.client.id)])
        self._assert_three_visits(package)

        self._run_crons()
        self.assertEqual(package.state, "expired")
        # In the generic chart breakage is on other income
        self._assert_ledger(deferred=0.0, earned=60.0, other_income=40.0)

        self.start_tour("/odoo/prepaid-packages", "prepaid_package_expired_tour", login="desk")
        self.assertEqual(package.state, "refunded")
        self.assertEqual(package.sessions_used, 4)
        # Restored with a gift: 40 for three sessions; one is given, two come back as money
        self._assert_ledger(deferred=0.0, earned=73.33, other_income=0.0, advances=26.67)
        self._assert_balance_is_ledger()

    def _assert_three_visits(self, package):
        """Three visits soon after the sale take a session each, without anybody choosing."""
        first = fields.Date.today() - timedelta(days=39)
        days = [first + timedelta(days=shift) for shift in range(3)]
        bookings = self.env["prepaid.booking"].union(*(self._book(day) for day in days))
        self.assertEqual(bookings.subscription_id, package)
        self.start_tour("/odoo/prepaid-bookings", "prepaid_package_visits_tour", login="desk")
        self.assertEqual(package.use_ids.sorted("date").mapped("date"), days)
        self._assert_ledger(deferred=40.0, earned=60.0, receivable=0.0, advances=0.0)
