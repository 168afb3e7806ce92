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
