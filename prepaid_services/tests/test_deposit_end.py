from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver, load
from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDepositEnd(DepositCommon):
    """Cancelled in time or late, not come, forgiven, waived, taken back: the money follows."""

    def _paid(self, **kwargs):
        """Return a confirmed booking for January 10, 10:00 with its deposit of 50.00 paid."""
        booking = self._book(**kwargs)
        self._pay(booking)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        return booking

    def test_cancelled_in_time(self):
        self._rule()
        booking = self._paid()
        with freeze_time("2026-01-09 09:59:00"):
            effect = booking._cancellation_effect()
            self.assertEqual((effect["kept"], effect["released"]), (0.0, 50.0))
            booking.action_cancel("ill")
        self._assert_deposit(booking, "cancelled", "released")
        self.assertFalse(booking.event_id.active)
        self._assert_ledger(advances=50.0, other_income=0.0, receivable=0.0)
        self.assertEqual(self._as_desk(self.client).prepaid_available, 50.0)

    def test_cancelled_late_keeps_a_part(self):
        self._rule(late_keep="part", late_keep_percent=33.33)
        booking = self._paid()
        with freeze_time("2026-01-09 10:00:01"):
            effect = booking._cancellation_effect()
            self.assertEqual((effect["kept"], effect["released"]), (16.67, 33.33))
            self.assertEqual(len(effect["lines"]), 2)
            by_us = booking._cancellation_effect(by="us")
            self.assertEqual((by_us["kept"], by_us["released"]), (0.0, 50.0))
            booking.action_cancel()
        self._assert_deposit(booking, "cancelled", "forfeited")
        self.assertEqual(booking.deposit_released, 33.33)
        self._assert_ledger(advances=33.33, other_income=16.67, receivable=0.0)
        fee = booking.sudo().deposit_fee_ids
        self.assertRecordValues(
            fee,
            [
                {
                    "partner_id": self.client.id,
                    "amount_total": 16.67,
                    "payment_state": "paid",
                    "invoice_date": fields.Date.to_date("2026-01-09"),
                }
            ],
        )
        booking.action_cancel()
        self.assertEqual(booking.sudo().deposit_fee_ids, fee, "asking twice costs once")
        self._assert_balance_is_ledger()

    def test_no_show_and_back(self):
        self._rule()
        booking = self._paid()
        with freeze_time("2026-01-10 11:00:00"):
            booking.action_no_show()
            self._assert_deposit(booking, "no_show", "forfeited")
            self._assert_ledger(advances=0.0, other_income=50.0, receivable=0.0)
            booking.action_reopen()
            self._assert_deposit(booking, "confirmed", "paid", 50.0)
            self._assert_ledger(advances=50.0, other_income=0.0, receivable=0.0)
            booking.action_done(journal_id=self.cash.id)
        self._assert_deposit(booking, "done", "applied")
        self._assert_ledger(advances=0.0, other_income=0.0, earned=120.0, receivable=0.0)
        self._assert_balance_is_ledger()

    def test_missed_visit_is_cancelled_by_us(self):
        self._rule()
        booking = self._paid()
        with freeze_time("2026-01-10 11:00:00"):
            booking.action_no_show()
            booking.action_cancel(by="us")
        self._assert_deposit(booking, "cancelled", "released")
        self._assert_ledger(advances=50.0, other_income=0.0)

    def test_waived_by_a_manager(self):
        self._rule()
        booking, other = self._paid(), self._paid(day="2026-01-11")
        with freeze_time("2026-01-10 09:00:00"):
            with self.assertRaises(AccessError):
                booking.action_cancel(waive_reason="a friend")
            booking.with_user(self.manager).action_cancel(waive_reason="a friend")
        self._assert_deposit(booking, "cancelled", "released")
        self.assertEqual(booking.deposit_waive_reason, "a friend")
        with freeze_time("2026-01-11 11:00:00"):
            other.action_no_show()
            self._assert_ledger(other_income=50.0)
            self._refused("Say why", other.with_user(self.manager).action_waive_fee, " ")
            other.with_user(self.manager).action_waive_fee("was in hospital")
            self._refused("Nothing was kept", other.with_user(self.manager).action_waive_fee, "x")
        self._assert_deposit(other, "no_show", "released")
        self._assert_ledger(advances=100.0, other_income=0.0, receivable=0.0)
        self._assert_balance_is_ledger()

    def test_first_time_is_forgiven_once(self):
        self.company.prepaid_deposit_forgive_first = True
        self._rule()
        first, second = self._paid(), self._paid(day="2026-01-11")
        with freeze_time("2026-01-10 11:00:00"):
            self.assertIn("first time", " ".join(first._deposit_effect("no_show")["lines"]))
            first.action_no_show()
            self._assert_deposit(first, "no_show", "released")
            self.assertTrue(first.deposit_forgiven)
            second.action_cancel()
        self._assert_deposit(second, "cancelled", "forfeited")
        self._assert_ledger(advances=50.0, other_income=50.0)

    def test_first_time_is_one_visit_of_a_day(self):
        """Two missed visits that are marked together: the earlier one is the first."""
        self.company.prepaid_deposit_forgive_first = True
        self._rule()
        second, first = self._paid(hour=12), self._paid(hour=10)
        with freeze_time("2026-01-10 14:00:00"):
            wizard = self._as_desk(self.env["prepaid.cancel"]).create(
                {"booking_ids": [fields.Command.set((second + first).ids)], "no_show": True}
            )
            self.assertEqual(wizard.effect.count("first time"), 1)
            wizard.action_confirm()
        self._assert_deposit(first, "no_show", "released")
        self._assert_deposit(second, "no_show", "forfeited")

    def test_what_was_agreed_stays(self):
        rule = self._rule(late_keep="none", no_show_keep="none")
        booking = self._paid()
        rule.write({"late_keep": "all", "no_show_keep": "all", "free_cancel_hours": 240})
        terms = booking.deposit_terms
        rule.unlink()
        with freeze_time("2026-01-10 11:00:00"):
            booking.action_no_show()
        self._assert_deposit(booking, "no_show", "released")
        self.assertEqual(booking.deposit_terms, terms)
        with self.assertRaises(UserError):
            booking.write({"deposit_policy": {}})

    def test_deposit_larger_than_the_price(self):
        self._rule(amount=500.0)
        booking = self._book()
        self.assertEqual(booking.deposit_amount, 120.0, "never more than the price")
        self._pay(booking, 500.0)
        self._assert_deposit(booking, "confirmed", "paid", 120.0)
        self.assertEqual(booking.deposit_excess, 380.0)
        booking.price = 100.0
        booking.action_done()
        self._assert_ledger(advances=400.0, earned=100.0, receivable=0.0)
        self._assert_deposit(booking, "done", "applied")

    def test_held_money_is_not_paid_out(self):
        self._rule()
        booking = self._paid()
        self._top_up(10.0)
        self._refused(
            "deposit of coming visits",
            self._as_desk(self.client).prepaid_pay_out,
            11.0,
            self.cash.id,
        )
        self._as_desk(self.client).prepaid_pay_out(10.0, self.cash.id)
        client = self.client.with_user(self.manager).with_company(self.company)
        self._refused("deposit of coming visits", client.prepaid_write_off)
        booking.action_cancel()
        self._as_desk(self.client).prepaid_pay_out(50.0, self.cash.id)
        self._assert_ledger(advances=0.0)

    def test_paid_again_when_it_is_over(self):
        self._rule()
        booking = self._paid()
        booking.action_done(journal_id=self.cash.id)
        booking.sudo()._on_deposit_paid(self._top_up(50.0))
        self._assert_deposit(booking, "done", "applied")
        self.assertEqual(booking.deposit_excess, 50.0)
        self._assert_ledger(advances=50.0)

    def test_two_deposits_of_one_client(self):
        self._rule()
        first, second = self._paid(), self._paid(day="2026-01-11")
        with freeze_time("2026-01-10 11:00:00"):
            first.action_no_show()
        self._assert_ledger(advances=50.0, other_income=50.0)
        self._assert_deposit(second, "confirmed", "paid", 50.0)
        second.action_done(journal_id=self.cash.id)
        self._assert_ledger(advances=0.0, other_income=50.0, earned=120.0, receivable=0.0)

    def test_moving(self):
        for late_move in ("move", "charge", "refuse"):
            self._rule(
                name=late_move, late_move=late_move, late_keep="part", date_from="2026-01-10"
            ).sequence = {"move": 3, "charge": 2, "refuse": 1}[late_move]
        refused = self._paid()
        with freeze_time("2026-01-09 11:00:00"):
            effect = refused._reschedule_effect(fields.Datetime.to_datetime("2026-01-12 10:00:00"))
            self.assertFalse(effect["allowed"])
            self._refused("too late", refused.action_reschedule, "2026-01-12 10:00:00", by="client")
            refused.action_reschedule("2026-01-12 10:00:00", by="us")
            self._assert_deposit(refused, "confirmed", "paid", 50.0)
            self.assertEqual(str(refused.event_id.start), "2026-01-12 10:00:00")
            self.assertEqual(str(refused.event_id.stop), "2026-01-12 11:00:00")
            self.assertEqual(str(refused.free_cancel_until), "2026-01-11 10:00:00")
        self.env["prepaid.deposit.rule"].sudo().search([("name", "=", "refuse")]).active = False
        charged = self._paid()
        with freeze_time("2026-01-09 11:00:00"):
            charged.action_reschedule("2026-01-14 10:00:00", by="client")
        self._assert_deposit(charged, "confirmed", "paid", 25.0)
        self._assert_ledger(advances=75.0, other_income=25.0)
        for start in ("soon", False, 5):
            self._refused("not a time|must be a date and time", charged.action_reschedule, start)
        charged.action_cancel()
        self._refused("cannot be moved", charged.action_reschedule, "2026-01-15 10:00:00")

    def test_fee_in_a_closed_period_and_a_second_company(self):
        self._rule()
        booking = self._paid()
        self.company.fiscalyear_lock_date = "2026-01-31"
        with freeze_time("2026-01-10 11:00:00"):
            booking.action_no_show()
        self.assertEqual(str(booking.sudo().deposit_fee_ids.date), "2026-02-01")


@tagged("post_install", "-at_install")
class TestDepositCases(CaseDriver, DepositCommon):
    """The cases D of the accountants, to the cent."""

    def _deposit_case(self, case, **rule):
        """Ask for the deposit of a case and have it paid at the desk."""
        self._prepare_company(case)
        inputs = case["inputs"]
        price = float(inputs.get("service_price", 850))
        self.service = self._create_service(
            "Visit", price, service_duration=inputs.get("duration_minutes", 60) / 60
        )
        self._rule(**rule)
        end = inputs.get("visit_on") or inputs["no_show_on"]
        with freeze_time(f"{inputs['paid_on']} 08:00:00"):
            booking = self._book(end, hour=11)
        if "deposit" in case.get("expected_extra", {}):
            expected = float(case["expected_extra"]["deposit"])
            self.assertAlmostEqual(booking.deposit_amount, expected, 2)
        self._step(inputs["paid_on"], self._pay, booking)
        if "visit_on" in inputs:
            self._step(end, booking.action_done, journal_id=self.cash.id)
        else:
            self._step(end, booking.action_no_show)
        self._play(case)
        self._assert_balance_is_ledger()

    def test_d01(self):
        [case] = load("D01").values()
        self._deposit_case(case, amount=200.0)

    def test_d02(self):
        [case] = load("D02").values()
        self._deposit_case(case, amount_type="percent", percent=20.0)

    def test_d03(self):
        [case] = load("D03").values()
        self.specialist.with_company(self.company).prepaid_hourly_rate = 499.0
        self._deposit_case(case, amount_type="hour", percent=100.0)

    def test_d06(self):
        [case] = load("D06").values()
        self._deposit_case(case, amount=200.0)

    def test_d07(self):
        [case] = load("D07").values()
        product = self.company._prepaid_fee_product()
        product.taxes_id = self._tax("20", included=True)
        self._deposit_case(case, amount=200.0)

    def test_kept_amount_is_exact_with_tax_on_top(self):
        self._assert_kept_exactly(lambda: self._tax("19", included=False))

    def test_kept_amount_is_exact_with_mixed_taxes(self):
        self._assert_kept_exactly(
            lambda: self._tax("20", included=True) | self._tax("5", included=False)
        )

    def _assert_kept_exactly(self, taxes):
        """Whatever the tax, the client loses what the terms say, not a cent more."""
        case = load("D07")["D07"]
        self._prepare_company(case)
        self.company._prepaid_fee_product().taxes_id = taxes()
        self._rule(amount_type="percent", percent=13.7)
        with freeze_time("2026-05-01 08:00:00"):
            bookings = self.env["prepaid.booking"]
            for number, price in enumerate((850.0, 333.33, 77.77, 100.01), 5):
                self.service = self._create_service("Visit", price)
                bookings |= self._book(f"2026-05-{number:02}")
            for booking in bookings:
                self._pay(booking)
        with freeze_time("2026-05-10 08:00:00"):
            bookings.action_no_show()
        for booking in bookings:
            self.assertEqual(booking.sudo().deposit_fee_ids.amount_total, booking.deposit_amount)
        self._assert_ledger(advances=0.0, receivable=0.0)
