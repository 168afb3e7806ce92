from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
class TestDepositTours(DepositCommon, HttpCase):
    """Deposits in a real browser, as the front desk and the manager."""

    def test_desk(self):
        self._rule(free_cancel_hours=1000.0)
        self.env["calendar.filters"].sudo().create(
            {"user_id": self.desk.id, "partner_id": self.specialist.partner_id.id}
        )
        # Today, and begun already: nobody can have missed what is still to come
        noon = datetime.combine(fields.Date.today(), time(12))
        booking = self._book(start=min(noon, fields.Datetime.now() - timedelta(hours=1)))
        # Whatever the hour of the test: there is time to pay
        booking.sudo().deposit_deadline = fields.Datetime.now() + timedelta(hours=2)
        self.start_tour("/odoo/calendar", "prepaid_deposit_tour", login="desk")
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.start_tour("/odoo/prepaid-bookings", "prepaid_deposit_no_show_tour", login="desk")
        self._assert_deposit(booking, "no_show", "forfeited")
        self._assert_ledger(advances=0.0, other_income=50.0, receivable=0.0)

    def test_awaiting(self):
        self._rule(desk_hold="after", desk_hours=0.5)
        booking = self._book(start=fields.Datetime.now() + timedelta(days=3))
        self.start_tour("/odoo/prepaid-awaiting", "prepaid_deposit_awaiting_tour", login="desk")
        self._assert_deposit(booking, "cancelled", "none")

    def test_rules(self):
        self.start_tour("/odoo/prepaid-deposit-rules", "prepaid_deposit_rule_tour", login="manager")
