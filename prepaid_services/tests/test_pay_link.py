from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.payment import utils as payment_utils

from .portal_booking_common import DAY, LOGGERS, PortalBookingCommon


@tagged("post_install", "-at_install")
class TestPayLink(PortalBookingCommon):
    """From the link in the message to the confirmed visit."""

    def test_page_says_it_all(self):
        page = self._open(self._book(DAY))
        for text in (
            "Manicure",
            "10 January",
            "Main Street 5, Springfield",
            self.specialist.name,
            "120.00",
            "Pay to confirm",
            "50.00",
            "You can cancel free of charge",
            'data-amount="50.0"',
            "Pay $",
            "tel:+32 2 123 45 67",
        ):
            self.assertIn(text, page)
        self.assertEqual(page.count('name="o_payment_submit_button"'), 1)
        self.assertRegex(page, r'data-payment-option-type="payment_method"')
        self.assertRegex(page, r'type="radio"[^>]*checked="(True|checked)"')

    def test_golden_path(self):
        booking = self._book(DAY)
        values = self._press_pay(booking)
        self.assertEqual(values["amount"], 50.0)
        self.assertRegex(values["reference"], rf"^VISIT-{booking.id}-\d{{14}}$")
        self.assertTrue(booking.deposit_accepted_on)
        self._simulate(values["reference"])
        landing = self._poll()["landing_route"]
        self.assertEqual(landing, self._url(booking))
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        page = self.url_open(landing).text
        self.assertIn("Confirmed", page)
        self.assertIn("Deposit paid", page)
        self.assertIn("Add to my calendar", page)
        self.assertNotIn("o_payment_form", page)
        self.assertRecordValues(
            booking.sudo().deposit_payment_ids,
            [{"amount": 50.0, "prepaid_topup": True, "prepaid_purpose": "deposit"}],
        )
        self._assert_ledger(advances=50.0, receivable=0.0)
        self._assert_balance_is_ledger()
        row = self.env["prepaid.daily.sale"].search([("partner_id", "=", self.client.id)])
        self.assertRecordValues(row, [{"kind": "receipt", "amount_money": 50.0}])

    def test_opening_the_link_changes_nothing(self):
        """Messengers open links to show a preview, more than once."""
        booking = self._book(DAY)
        self.env.flush_all()
        self.env.invalidate_all()
        before = booking.sudo().read()
        for _time in range(3):
            self._open(booking)
        self.env.invalidate_all()
        self.assertFalse(self._transactions())
        self.assertEqual(booking.sudo().read(), before)

    def test_amount_currency_and_client_come_from_the_server(self):
        booking = self._book(DAY)
        with self.assertRaises(JsonRpcException), mute_logger(*LOGGERS):
            self._press_pay(booking, partner_id=self.other.id)
        with self.assertRaises(JsonRpcException), mute_logger(*LOGGERS):
            self._press_pay(booking, currency_id=1)
        values = self._press_pay(booking, amount=0.01)
        transaction = self._transactions(reference=values["reference"])
        self.assertRecordValues(
            transaction,
            [{"amount": 50.0, "partner_id": self.client.id, "landing_route": self._url(booking)}],
        )

    def test_part_of_the_deposit_is_on_the_balance(self):
        self._top_up(20)
        booking = self._book(DAY)
        self.assertIn('data-amount="30.0"', self._open(booking))
        self._simulate(self._press_pay(booking)["reference"])
        self._poll()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self._assert_ledger(advances=50.0)

    def test_covered_meanwhile(self):
        """Nothing is asked, but a click confirms: opening the page must not."""
        booking = self._book(DAY)
        self._top_up(50)
        page = self._open(booking)
        self.assertIn("nothing more is to be paid", page)
        self.assertNotIn("o_payment_form", page)
        self._assert_deposit(booking, "awaiting_payment", "awaiting")
        self._post(booking, "confirm")
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertTrue(booking.deposit_accepted_on)

    def test_enough_balance_asks_nothing(self):
        self._top_up(50)
        booking = self._book(DAY)
        page = self._open(booking)
        self.assertIn("Confirmed", page)
        self.assertNotIn("o_payment_form", page)
        self.assertEqual(self._press_pay(booking)["state"], "error")

    def test_two_tabs(self):
        booking = self._book(DAY)
        first = self._press_pay(booking)
        second = self._press_pay(booking)
        self.assertEqual(second["state"], "error")
        self.assertIn("moment ago", second["state_message"])
        self.assertEqual(self._transactions().mapped("reference"), [first["reference"]])
        self._transactions().last_state_change -= timedelta(minutes=1)
        third = self._press_pay(booking)
        self.assertNotEqual(third["reference"], first["reference"], "the first one was given up")

    def test_paid_in_the_other_tab(self):
        booking = self._book(DAY)
        reference = self._press_pay(booking)["reference"]
        self._simulate(reference, "pending")
        self.assertIn("being processed", self._open(booking))
        self.assertIn("paid already", self._press_pay(booking)["state_message"])
        self._simulate(reference)
        again = self._press_pay(booking)
        self.assertEqual(again["state"], "error")
        self.assertIn("paid already", again["state_message"])
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertEqual(self._press_pay(booking)["state"], "error")
        self.assertEqual(len(self._transactions()), 1)

    def test_failure_is_shown_above_the_form(self):
        booking = self._book(DAY)
        self._simulate(self._press_pay(booking)["reference"], "error")
        page = self._open(booking)
        self.assertIn("did not go through", page)
        self.assertIn("o_payment_form", page)
        self._simulate(self._press_pay(booking)["reference"], "cancel")
        self.assertIn("was cancelled", self._open(booking))

    @mute_logger(*LOGGERS)
    def test_provider_is_down(self):
        booking = self._book(DAY)
        Transaction = type(self.env["payment.transaction"])
        down = ValidationError("Could not establish the connection")
        with patch.object(Transaction, "_get_processing_values", side_effect=down):
            values = self._press_pay(booking)
        self.assertEqual(values["state"], "error")
        self.assertIn("does not answer", values["state_message"])
        self.assertFalse(self._transactions(), "the client may try again at once")
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    def test_no_provider(self):
        booking = self._book(DAY)
        self.provider.state = "disabled"
        page = self._open(booking)
        self.assertIn("Online payment is not possible", page)
        self.assertEqual(self._press_pay(booking)["state"], "error")

    def test_time_is_over(self):
        booking = self._book(DAY)
        booking.sudo().deposit_deadline = fields.Datetime.now() - timedelta(minutes=1)
        self.assertIn("Not paid in time", self._open(booking))
        self.assertEqual(self._press_pay(booking)["state"], "error")
        self._move_to(booking, "cancelled", deposit_state="expired")
        self.assertIn("your place was given up", self._open(booking))
        self._move_to(booking, "cancelled", deposit_state="late")
        self.assertIn("safe on your balance", self._open(booking))

    def test_every_state_has_a_page(self):
        booking = self._book(DAY, confirm=False)
        words = {
            "draft": "To be confirmed",
            "confirmed": "Confirmed",
            "done": "Visit done",
            "no_show": "Missed",
            "cancelled": "Cancelled",
        }
        for state, word in words.items():
            self._move_to(booking, state)
            self.assertIn(word, self._open(booking), state)

    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client.lang = "fr_FR"
        self.assertIn("janvier", self._open(self._book(DAY)))

    def test_back_in_another_browser(self):
        """Browsers inside messengers lose the session on the way back from the provider."""
        booking = self._book(DAY)
        reference = self._press_pay(booking)["reference"]
        self._simulate(reference)
        self.authenticate(None, None)
        self.opener.cookies.clear()
        self.authenticate(None, None)
        hint = self.url_open("/payment/status", params={"reference": reference})
        self.assertIn("Open the link in our message once more", hint.text)
        signature = self._signature_of(reference)
        for wrong in ("x", signature[:-1] + "y", self._signature_of("VISIT-0")):
            query = {"reference": reference, "signature": wrong}
            page = self.url_open("/payment/status", params=query)
            self.assertNotIn("Manicure", page.text)
        query = {"reference": reference, "signature": signature}
        page = self.url_open("/payment/status", params=query)
        self.assertIn("Manicure", page.text)
        self.assertIn("Confirmed", page.text)

    def _signature_of(self, reference):
        return payment_utils.generate_access_token(reference, env=self.env)

    def test_link_dialog_of_odoo(self):
        booking = self._book(DAY)
        Wizard = self._as_desk(self.env["payment.link.wizard"])
        wizard = Wizard.with_context(active_model="prepaid.booking", active_id=booking.id).create(
            {}
        )
        self.assertEqual(wizard.amount, 50.0)
        self.assertFalse(wizard.warning_message)
        self.assertTrue(wizard.link.startswith(self._as_desk(booking).portal_url))
