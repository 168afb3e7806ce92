from lxml import etree

from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDeposit(DepositCommon):
    """The way of a booking with a deposit, as the front desk goes it."""

    def test_golden_path(self):
        self._rule()
        booking = self._book()
        self._assert_deposit(booking, "awaiting_payment", "awaiting")
        self.assertEqual(booking.deposit_amount, 50.0)
        self.assertEqual(str(booking.deposit_deadline), "2026-01-09 10:00:00")
        self.assertEqual(str(booking.free_cancel_until), "2026-01-09 10:00:00")
        self.assertIn("Deposit: $ 50.00", booking.deposit_terms.replace("\xa0", " "))
        booking.action_confirm()
        self._assert_deposit(booking, "awaiting_payment", "awaiting")
        payment_id = self._pay(booking)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        payment = self.env["account.payment"].browse(payment_id)
        self.assertRecordValues(
            payment,
            [{"amount": 50.0, "prepaid_purpose": "deposit", "prepaid_topup": True}],
        )
        self._assert_ledger(advances=50.0, receivable=0.0, earned=0.0)
        self.assertEqual(self._as_desk(self.client).prepaid_available, 0.0)
        booking.action_done(journal_id=self.cash.id)
        self._assert_deposit(booking, "done", "applied")
        self._assert_ledger(advances=0.0, receivable=0.0, earned=120.0)
        booking.action_undo_done()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self._assert_ledger(advances=120.0, receivable=0.0, earned=0.0)
        self._assert_balance_is_ledger()

    def test_enough_balance_is_held_and_nothing_asked(self):
        self._rule()
        self._top_up(130.0)
        first = self._book()
        self._assert_deposit(first, "confirmed", "paid", 50.0)
        second = self._book(day="2026-01-11")
        self._assert_deposit(second, "awaiting_payment", "awaiting")
        self.assertEqual(second._deposit_missing(), 40.0)
        self._top_up(40.0)
        second.action_confirm()
        self._assert_deposit(second, "confirmed", "paid", 50.0)

    def test_held_money_pays_no_other_visit(self):
        self._rule(date_from="2026-01-20")
        later = self._book(day="2026-01-21")
        self._pay(later)
        now = self._book()
        self.assertEqual((now.payment_status, now.amount_due), ("short", 120.0))
        self.assertEqual((later.payment_status, later.amount_due), ("short", 70.0))
        self._refused("120.00 is missing", now.action_done)
        self._approve_credit()
        now.action_done()
        self._assert_ledger(advances=50.0, receivable=120.0)
        self._assert_deposit(later, "confirmed", "paid", 50.0)
        later.action_done(journal_id=self.cash.id)
        self._assert_ledger(advances=0.0, receivable=120.0)

    def test_switched_off_asks_nothing(self):
        self._rule()
        self.env.ref("base.group_user").implied_ids -= self.env.ref(
            "prepaid_services.group_feature_deposit"
        )
        self._assert_deposit(self._book(), "confirmed", "none")

    def test_one_primary_button(self):
        """In each state one button is what the desk does next."""
        arch = self._as_desk(self.env["prepaid.booking"]).get_view(view_type="form")["arch"]
        buttons = etree.fromstring(arch).xpath("//header/button[contains(@class, 'btn-primary')]")
        expected = {
            "draft": ["action_confirm"],
            "awaiting_payment": ["action_open_take_deposit"],
            "confirmed": ["action_open_done"],
            "done": [],
            "no_show": ["action_open_done"],
            "cancelled": [],
        }
        for state, names in expected.items():
            shown = [b for b in buttons if not safe_eval(b.get("invisible"), {"state": state})]
            self.assertEqual([button.get("name") for button in shown], names, state)
