from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .deposit_common import DepositCrons
from .online_common import OnlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDepositHeld(OnlineCommon):
    """What is held is never more than what was paid for it and did not go back, nor the balance."""

    def _booked(self, **kwargs):
        self._rule(late_keep="part", late_keep_percent=50, no_show_keep="all")
        return self._book(**kwargs)

    def _entry(self, amount):
        """Post a manual entry that takes money off the balance, as an accountant does."""
        move = self.env["account.move"].create(
            {
                "company_id": self.company.id,
                "date": "2026-01-05",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.client.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (self.advance, amount),
                        (self.bank.default_account_id, -amount),
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _bank_line(self, amount):
        """Give money back by a bank line that is booked on the balance."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-01-05",
                "payment_ref": "back",
                "partner_id": self.client.id,
                "amount": -amount,
                "counterpart_account_id": self.advance.id,
            }
        )
        self.assertEqual(line.move_id.state, "posted")

    def test_refunded_in_full_while_there_is_other_money(self):
        """The other money was not paid for this visit: a no-show does not keep it."""
        booking = self._booked()
        transaction = self._pay_online(booking)
        self._top_up(200.0)
        transaction._refund(50)._post_process()
        self._assert_deposit(booking, "confirmed", "released", 0.0)
        with freeze_time("2026-01-10 12:00:00"):
            self._as_desk(booking).action_no_show()
        self._assert_ledger(advances=200.0, other_income=0.0)

    def test_refunded_in_part_while_there_is_other_money(self):
        booking = self._booked()
        transaction = self._pay_online(booking)
        self._top_up(200.0)
        transaction._refund(20)._post_process()
        self._assert_deposit(booking, "confirmed", "paid", 30.0)

    def test_what_was_paid_twice_goes_back_first(self):
        booking = self._booked()
        self._pay_online(booking)
        second = self._pay_online(booking)
        second._refund(30)._post_process()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        second._refund(20)._post_process()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)

    def test_deposit_held_from_the_balance_and_top_up_charged_back(self):
        self._rule()
        top_up = self._top_up(50.0)
        booking = self._book()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        top_up.move_id._reverse_moves([{"date": "2026-01-05"}], cancel=True)
        self._assert_deposit(booking, "confirmed", "released", 0.0)

    def test_charge_back_of_the_deposit_itself_while_there_is_other_money(self):
        booking = self._booked()
        self._pay(booking)
        self._top_up(200.0)
        payment = booking.sudo().deposit_payment_ids
        payment.move_id._reverse_moves([{"date": "2026-01-05"}], cancel=True)
        self._assert_deposit(booking, "confirmed", "released", 0.0)
        self.assertEqual(booking.sudo().deposit_paid_amount, 0.0)

    def test_cancelled_payment_and_payment_that_is_corrected(self):
        booking = self._booked()
        self._pay(booking)
        self._top_up(200.0)
        payment = booking.sudo().deposit_payment_ids
        payment.action_draft()
        self._assert_deposit(booking, "confirmed", "released", 0.0)
        payment.action_post()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        payment.action_cancel()
        self._assert_deposit(booking, "confirmed", "released", 0.0)

    def test_bank_line_takes_the_latest_visits_first(self):
        self._rule()
        self._top_up(240.0)
        first, second = self._book("2026-01-10"), self._book("2026-01-11")
        self._bank_line(200.0)
        self._assert_deposit(first, "confirmed", "paid", 40.0)
        self._assert_deposit(second, "confirmed", "released", 0.0)

    def test_manual_entry(self):
        self._rule()
        self._top_up(80.0)
        booking = self._book()
        self._entry(20.0)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self._entry(20.0)
        self._assert_deposit(booking, "confirmed", "paid", 40.0)

    def test_free_visit_is_done_whatever_became_of_the_deposits(self):
        """What is missing is never more than what these visits need."""
        self._rule(min_price=1.0)
        top_up = self._top_up(50.0)
        held = self._book("2026-01-12")
        free = self._book("2026-01-05", hour=8, price=0.0)
        held.sudo().deposit_held = 70.0  # whatever went wrong
        self.assertEqual(free.action_open_done(), True)
        top_up.move_id._reverse_moves([{"date": "2026-01-05"}], cancel=True)
        self._assert_deposit(held, "confirmed", "released", 0.0)

    def test_desk_cannot_pay_out_what_is_held(self):
        self._rule()
        self._top_up(60.0)
        booking = self._book()
        client = self._as_desk(self.client)
        self._refused("deposit of coming visits", client.prepaid_pay_out, 20.0, self.cash.id)
        client.prepaid_pay_out(10.0, self.cash.id)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDepositUnasked(DepositCrons):
    """A client with neither e-mail nor phone: the desk is told, and the seat is not lost."""

    def _stranger(self, **vals):
        return self._create_client("Dana", **vals)

    def test_nobody_to_ask(self):
        self._rule()
        booking = self._book(client=self._stranger())
        self._assert_deposit(booking, "awaiting_payment", "awaiting")
        self.assertTrue(booking.deposit_unasked)
        self.assertRegex(booking.activity_ids.summary, "Dana could not be asked")
        self.assertEqual(booking.activity_ids.user_id, self.desk)
        self._refused("Dana cannot be asked", booking.action_request_payment)
        self._run("_cron_deposit_messages")
        with freeze_time("2026-01-09 12:00:00"):
            self._run()
        self._assert_deposit(booking, "awaiting_payment", "awaiting")
        self.assertEqual(len(booking.activity_ids), 1)

    def test_address_comes_later(self):
        """The client gets the whole time to pay, from when the request could be sent."""
        self._rule(desk_hold="after", desk_hours=24)
        client = self._stranger()
        booking = self._book(client=client)
        client.email = "dana@example.com"
        with freeze_time("2026-01-08 09:00:00"):
            booking.action_request_payment()
            self.assertFalse(booking.deposit_unasked)
            self.assertEqual(str(booking.deposit_deadline), "2026-01-09 09:00:00")
            self._run()
            self._run("_cron_deposit_messages")
            self._assert_deposit(booking, "awaiting_payment", "awaiting")
        with freeze_time("2026-01-09 09:01:00"):
            self._run()
        self._assert_deposit(booking, "cancelled", "expired")

    def test_phone_counts_where_sms_are_sent(self):
        self._rule()
        client = self._stranger(phone="+32 456 00 11 33")
        self.company.prepaid_deposit_sms = False
        self.assertTrue(self._book(client=client).deposit_unasked)
        self.company.prepaid_deposit_sms = True
        self.assertFalse(self._book("2026-01-11", client=client).deposit_unasked)

    def test_request_that_cannot_be_written(self):
        """A broken text is no reason to lose the seat either."""
        self._rule()
        booking = self._book()
        self.assertFalse(booking.deposit_unasked)
        Message = type(self.env["prepaid.booking.message"])
        with (
            patch.object(Message, "_queue_mails", side_effect=UserError("No luck")),
            mute_logger("odoo.addons.prepaid_services.models.message.prepaid_message_mixin"),
        ):
            self._run("_cron_deposit_messages")
        booking.invalidate_recordset()
        self.assertTrue(booking.deposit_unasked)
        with freeze_time("2026-01-10 12:00:00"):
            self._run()
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    def test_deposit_taken_at_the_desk(self):
        self._rule()
        booking = self._book(client=self._stranger())
        self._pay(booking)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertFalse(booking.deposit_unasked)
