from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
class TestStartDeskTours(CaseDriver, HttpCase):
    """The start desk in a real browser, as the front desk."""

    def test_start_desk(self):
        features = self.env.ref("prepaid_services.group_feature_balance")
        features += self.env.ref("prepaid_services.group_feature_start")
        self.env.ref("base.group_user").sudo().implied_ids += features
        sold = fields.Date.today() - timedelta(days=60)
        with freeze_time(f"{sold} 12:00:00"):
            self._sell(
                self._template(1000.0, 10, service_ids=[fields.Command.set(self.service.ids)])
            )
            self._use(sold)
        Task = self.env["prepaid.start.task"].sudo().with_company(self.company)
        Task._find(self.company)
        task = Task.search([("partner_id", "=", self.client.id)])
        self.start_tour("/odoo/prepaid-start-desk", "prepaid_start_desk_tour", login="desk")
        self.assertRecordValues(task, [{"state": "booked", "user_id": self.desk.id}])
        self.assertEqual(task.booking_id.service_id, self.service)
