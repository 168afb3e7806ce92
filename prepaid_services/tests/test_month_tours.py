from odoo.tests import HttpCase, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
class TestMonthTours(CaseDriver, HttpCase):
    """A month is a month on the screen, not its first day."""

    def test_rollforward_by_month(self):
        self._sell(self._template(100.0, 4), date="2026-01-20", journal_id=self.bank.id)
        self.manager.group_ids += self.env.ref("prepaid_services.group_feature_balance")
        action = "action-prepaid_services.prepaid_deferred_rollforward_action"
        self.start_tour(f"/odoo/{action}", "prepaid_month_tour", login="manager")
