import requests

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.payment_wayforpay.tests.common import WayForPayCommon


@tagged("post_install", "-at_install")
class TestWayForPayInvoice(WayForPayCommon, AccountPaymentCommon, HttpCase):
    """An invoice paid on Odoo's own page, on a phone, and given back from its payment."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def _prepare_provider(cls, code, company=None, update_values=None, **kwargs):
        """The company of accounting tests is newer than the add-on: it gets a copy."""
        provider = cls.env.ref("payment_wayforpay.payment_provider_wayforpay").sudo()
        provider.copy({"company_id": cls.env.company.id})
        return super()._prepare_provider(code, company, update_values, **kwargs)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.write(
            {"is_published": True, "journal_id": cls.company_data["default_journal_bank"].id}
        )
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.partner.id,
                "currency_id": cls.currency.id,
                "invoice_line_ids": [
                    Command.create({"name": "Visit", "price_unit": 250.5, "tax_ids": False})
                ],
            }
        )
        cls.invoice.action_post()

    def _deliver(self, url, body, kind):
        """Posts a callback from the simulator's thread while the browser waits."""
        answer = requests.post(
            url,
            data=body,
            headers={"Content-Type": kind},
            cookies={TEST_CURSOR_COOKIE_NAME: self.http_request_key},
            timeout=30,
        )
        return answer.status_code, answer.text

    def _payment_page(self):
        """Odoo's own page for paying an invoice, as a payment link opens it."""
        token = self._generate_test_access_token(self.partner.id, 250.5, self.currency.id)
        return f"/payment/pay?invoice_id={self.invoice.id}&amount=250.5&access_token={token}"

    def test_tour_at_phone_width(self):
        self.world.deliver = self._deliver
        self.world.set_faults({"press": "paid"})
        self.start_tour(self._payment_page(), "wayforpay_checkout_tour")
        tx = self.invoice.transaction_ids
        self.assertRecordValues(tx, [{"state": "done", "amount": 250.5}])
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        callbacks = [entry for entry in self.world.log if entry["what"] == "callback"]
        self.assertTrue(callbacks and all(entry["accepted"] for entry in callbacks))

    def test_refund_from_the_payment(self):
        tx = self._tx(invoice_ids=[Command.set(self.invoice.ids)])
        self._process(tx, "paid")._post_process()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        payment = tx.payment_id
        self.assertRecordValues(payment, [{"amount": 250.5, "payment_type": "inbound"}])
        self.assertEqual(payment.payment_method_code, "wayforpay")
        wizard = self.env["payment.refund.wizard"].with_context(
            active_model="account.payment", active_id=payment.id
        )
        wizard.create({"amount_to_refund": 100}).action_refund()
        tx.child_transaction_ids._post_process()
        refund = tx.child_transaction_ids.payment_id
        self.assertRecordValues(refund, [{"amount": 100.0, "payment_type": "outbound"}])
        payment.invalidate_recordset(["amount_available_for_refund"])
        self.assertEqual(payment.amount_available_for_refund, 150.5)

    def test_refund_in_the_cabinet_is_booked(self):
        tx = self._process(self._tx(invoice_ids=[Command.set(self.invoice.ids)]), "paid")
        tx._post_process()
        self.world.refund(self._order(tx), self._order(tx).amount)
        tx._wayforpay_sync_status()
        tx.child_transaction_ids._post_process()
        self.assertRecordValues(
            tx.child_transaction_ids.payment_id, [{"amount": 250.5, "payment_type": "outbound"}]
        )
        self.assertEqual(tx.payment_id.amount_available_for_refund, 0)
