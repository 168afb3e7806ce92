from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException

from .deposit_common import DepositCommon


class OnlineCommon(DepositCommon):
    """A salon that takes money online, with Odoo's demo provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demo = cls.env.ref("payment.payment_provider_demo")
        cls.provider = demo.sudo().copy(
            {"company_id": cls.company.id, "name": "Demo Pay", "state": "test"}
        )
        cls.provider.write({"is_published": True, "state": "test", "journal_id": cls.bank.id})
        cls.method = cls.env.ref("payment_demo.payment_method_demo")
        cls.method.active = True
        cls.provider.payment_method_ids = [Command.set(cls.method.ids)]

    def _answer(self, transaction, state="done"):
        """Let the demo provider tell what became of a transaction."""
        data = {"reference": transaction.reference, "simulated_state": state}
        return transaction.sudo()._process("demo", data)

    def _pay_online(self, booking, state="done", **values):
        """Let the client pay the deposit of a booking; return the transaction."""
        values = {"booking_ids": [Command.set(booking.ids)], **values}
        amount = values.pop("amount", booking.deposit_amount)
        transaction = self._create_transaction(amount, "deposit", **values)
        self._answer(transaction, state)
        transaction._post_process()
        return transaction

    def _transactions(self, **values):
        """Return the transactions of the client, oldest first."""
        domain = [("partner_id", "=", self.client.id), *[(k, "=", v) for k, v in values.items()]]
        return self.env["payment.transaction"].sudo().search(domain, order="id")

    def _create_transaction(self, amount, purpose="balance", **values):
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "operation": "online_redirect",
                    "amount": amount,
                    "currency_id": self.company.currency_id.id,
                    "partner_id": self.client.id,
                    "prepaid_purpose": purpose,
                    **values,
                }
            )
        )


class OnlineHttpCommon(OnlineCommon, HttpCase):
    """The same over HTTP, as a browser without a login."""

    def _path(self, url):
        return url.removeprefix(self.client.get_base_url())

    def _start(self, route, **values):
        """Press *Pay*, as Odoo's payment form does it."""
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": 1.0,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "https://evil.example.com",
            "is_validation": False,
            **values,
        }
        return self.make_jsonrpc_request(route, params)

    def _simulate(self, reference, state="done"):
        """Send the provider's callback."""
        data = {"reference": reference, "simulated_state": state}
        return self.make_jsonrpc_request("/payment/demo/simulate_payment", data)

    def _poll(self):
        """Do what the page with the payment status does in the browser."""
        return self.make_jsonrpc_request("/payment/status/poll", {})

    def _not_found(self, route, **values):
        with self.assertRaises(JsonRpcException) as caught:
            self._start(route, **values)
        self.assertEqual(caught.exception.code, 404)
