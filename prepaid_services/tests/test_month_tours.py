from odoo.tests import HttpCase, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
class TestMonthTours(PrepaidCommon, HttpCase):
    """A month is a month on the screen, not its first day."""

    def test_rollforward_by_month(self):
        self.manager.group_ids += self.env.ref("prepaid_services.group_feature_balance")
        action = "action-prepaid_services.prepaid_deferred_rollforward_action"
        self.start_tour(f"/odoo/{action}", "prepaid_month_tour", login="manager")
