from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .deposit_common import DepositCrons
from .online_common import OnlineCommon


@tagged("post_install", "-at_install")
class TestDepositWhole(OnlineCommon, DepositCrons):
    """The whole way of a booking with a deposit, with the clock in hand."""

    def _icon(self, booking):
        """Return what the tile of the calendar shows of a visit."""
        booking.event_id.invalidate_recordset()
        [seat] = self._as_desk(booking.event_id).prepaid_seats
        return seat["state"], seat["deposit"]

    def _last_mail(self):
        """Return the newest e-mail to the client."""
        self._mails()
        mails = self.env["mail.mail"].sudo().search([("model", "=", "prepaid.booking")], order="id")
        return mails[-1:]

    def test_two_clients(self):
        """One pays with the link, comes, and pays the rest; the other one does not pay."""
        self.company.partner_id.tz = "Europe/Brussels"
        self._rule(name="A third", amount_type="percent", percent=100 / 3)
        dana = self._create_client("Dana", email="dana@example.com")
        with freeze_time("2026-03-02 08:00:00"):
            paid, unpaid = self._book("2026-03-10"), self._book("2026-03-11", client=dana)
            for booking in (paid, unpaid):
                self._assert_deposit(booking, "awaiting_payment", "awaiting")
                self.assertEqual(booking.deposit_amount, 40.0)
                self.assertEqual(self._icon(booking), ("awaiting_payment", "awaiting"))
            self._mails()
            mail = (
                self.env["mail.mail"]
                .sudo()
                .search([("model", "=", "prepaid.booking"), ("res_id", "=", paid.id)])
            )
            # Salon time, not UTC
            for words in ("Anna", "Manicure", "specialist", "11:00", "40.00", paid.portal_url):
                self.assertIn(words.replace("&", "&amp;"), mail.body_html.replace("\xa0", " "))
        with (
            freeze_time("2026-03-03 09:15:00"),
            patch.object(type(self.env["bus.bus"]), "_sendone") as send,
        ):
            transaction = self._pay_online(paid)
            self._assert_deposit(paid, "confirmed", "paid", 40.0)
            self.assertEqual(self._icon(paid), ("confirmed", "paid"))
            told = [call for call in send.call_args_list if call.args[1] == "prepaid_deposit"]
            self.assertIn(self.desk.partner_id, [call.args[0] for call in told])
            self.assertEqual(transaction.payment_id.prepaid_purpose, "deposit")
            self._assert_ledger(advances=40.0)
            self.env.flush_all()
            receipts = self._as_desk(self.env["prepaid.daily.sale"]).search(
                [("date", "=", "2026-03-03"), ("kind", "=", "receipt")]
            )
            self.assertEqual(receipts.mapped("amount_money"), [40.0])
            mail = self._last_mail()
            self.assertRegex(mail.subject, "is confirmed")
            calendar = mail.attachment_ids.raw.decode()
            self.assertIn("DTSTART:20260310T100000Z", calendar)
        with freeze_time("2026-03-10 07:30:00"):
            self.assertRegex(self._last_mail().subject, "not confirmed yet")
        with freeze_time("2026-03-10 10:05:00"):
            paid.action_done(journal_id=self.cash.id)
            self._assert_deposit(paid, "done", "applied")
            self._assert_ledger(advances=0.0, earned=120.0, receivable=0.0)
            asked = []
            ask = type(self.env["prepaid.booking"])._ask_providers
            with patch.object(
                type(self.env["prepaid.booking"]),
                "_ask_providers",
                lambda bookings: asked.append(bookings) or ask(bookings),
            ):
                self._run()
            self.assertIn(unpaid, asked[0])
            self._assert_deposit(unpaid, "cancelled", "expired")
            self.assertFalse(unpaid.event_id.active)
            self.assertRegex(self._last_mail().subject, "is cancelled")
            self.assertEqual(len(self._mails()), 5, "asked twice; confirmed, reminded, cancelled")
        self._assert_balance_is_ledger()
