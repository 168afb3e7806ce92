import logging
import math

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Command
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.payment.controllers.portal import PaymentPortal

from ..tools.arguments import is_id
from .portal import PrepaidPortal

_logger = logging.getLogger(__name__)


class PrepaidPaymentPortal(PrepaidPortal, PaymentPortal):
    """Clients pay deposits, top-ups and debts with any of Odoo's payment providers.

    What is paid, by whom and to whom is said by the server; of the browser's request only the
    provider, the method and a saved card of the client who is logged in are used.
    """

    # ----------------------------------------------------------------------------------
    # Deposit of a booking
    # ----------------------------------------------------------------------------------

    @http.route(
        "/my/bookings/<int:booking_id>/transaction",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
    )
    def portal_booking_transaction(self, booking_id, access_token=None, **kwargs):
        """Start the payment of a deposit.

        :return: what the browser needs to go on with the provider, or why there is no payment
        :rtype: dict
        """
        booking = self._prepaid_booking(booking_id, access_token)
        if not booking:
            raise NotFound()
        self._prepaid_check_limit("pay", booking)
        self._validate_transaction_kwargs(kwargs)
        if problem := booking._portal_start_payment():
            return self._prepaid_no_payment(problem)
        return self._prepaid_transaction(
            booking.partner_id,
            booking._deposit_missing(),
            booking._portal_path(token=access_token),
            {
                "prepaid_purpose": "deposit",
                "booking_ids": [Command.set(booking.ids)],
            },
            kwargs,
        )

    def _prepaid_booking(self, booking_id, access_token=None):
        """Return the booking that the link or the login opens, as superuser; else an empty one."""
        Booking = request.env["prepaid.booking"]
        booking = Booking._portal_booking(booking_id, access_token)
        user = request.env.user
        if not booking and not user._is_public():
            booking = Booking._portal_own(booking_id, user.partner_id)
        self._prepaid_in_language(booking.partner_id)
        booking = booking.with_env(request.env(su=True))
        return booking.with_company(booking.company_id)

    def _prepaid_deposit_form(self, booking, access_token):
        """Return what the payment form needs for a deposit."""
        amount = booking._deposit_missing()
        return {
            "failure": booking._portal_failure(),
            "seconds_left": booking._portal_seconds_left(),
            **self._prepaid_form(
                booking.partner_id,
                amount,
                f"/my/bookings/{booking.id}/transaction",
                booking._portal_path(token=access_token),
                access_token or "",
            ),
        }

    # ----------------------------------------------------------------------------------
    # Top-up and debt
    # ----------------------------------------------------------------------------------

    @http.route("/my/balance/pay", type="http", auth="user", website=True)
    def portal_my_payment(self, **kwargs):
        """Let the client who is logged in top up or pay a debt."""
        return self._prepaid_pay_page(request.env.user.partner_id.sudo(), "", **kwargs)

    @http.route("/my/balance/<int:client_id>/pay", type="http", auth="public", website=True)
    def portal_client_payment(self, client_id, access_token=None, **kwargs):
        """Let the client whose link was opened top up or pay a debt."""
        client = self._prepaid_client(client_id, access_token)
        if not client:
            return self._prepaid_refuse()
        return self._prepaid_pay_page(client, access_token, **kwargs)

    @http.route(
        "/my/balance/<int:client_id>/transaction/<string:purpose>/<int:company_id>",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
    )
    def portal_balance_transaction(
        self, client_id, purpose, company_id, access_token=None, amount=0.0, **kwargs
    ):
        """Start the payment of a top-up or a debt, of an amount that the server has signed.

        :param str access_token: the signature over client, company, purpose and amount
        :return: what the browser needs to go on with the provider, or why there is no payment
        :rtype: dict
        """
        client = self._prepaid_signed_client(client_id, purpose, company_id, access_token, amount)
        if not client:
            raise NotFound()
        self._prepaid_check_limit("pay", client)
        self._validate_transaction_kwargs(kwargs)
        client.env["prepaid.ledger"]._touch(client)
        amount = float(amount)
        if problem := client._prepaid_payable(purpose, amount):
            return self._prepaid_no_payment(problem)
        token = client._prepaid_portal_token() if request.env.user._is_public() else None
        path = f"/my/balance/{client.id}?access_token={token}" if token else "/my/balance"
        return self._prepaid_transaction(client, amount, path, {"prepaid_purpose": purpose}, kwargs)

    def _prepaid_signed_client(self, client_id, purpose, company_id, signature, amount):
        """Return the client for whom the server signed an amount; else an empty one."""
        known = is_id(client_id) and is_id(company_id) and purpose in ("balance", "debt")
        client = request.env["res.partner"].sudo().browse(client_id if known else []).exists()
        company = request.env["res.company"].sudo().browse(company_id if known else []).exists()
        amount = self._cast_as_float(amount)
        if not (client and company and amount):
            return client.browse()
        client = client.with_env(request.env(su=True)).with_company(company)
        expected = client._prepaid_signature(purpose, amount)
        fits = consteq(expected.encode(), str(signature or "").encode())
        return client if fits and client.active else client.browse()

    def _prepaid_pay_page(self, client, access_token, amount=None, company=None, **_kwargs):
        """Ask for the amount, or show the payment form for it.

        :param str amount: typed by the client; ``debt`` for what the client owes
        """
        company = self._prepaid_company(client._prepaid_portal_companies(), company)
        client = client.with_company(company)
        purpose = "debt" if amount == "debt" else "balance"
        value = client.prepaid_debt if purpose == "debt" else self._prepaid_typed(amount)
        problem = client._prepaid_payable(purpose, value) if amount else ""
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "prepaid_balance_pay",
            "client": client,
            "company": company,
            "res_company": company,
            "currency": company.currency_id,
            "debt": max(client.prepaid_debt, 0.0),
            "typed": amount or "",
            "purpose": purpose,
            "problem": problem,
            "pay_url": client._prepaid_pay_path(access_token),
            "balance_url": f"/my/balance/{client.id}" if access_token else "/my/balance",
            "link_token": access_token or "",
            "url_args": {"access_token": access_token} if access_token else {},
        }
        if amount and not problem:
            values.update(
                self._prepaid_form(
                    client,
                    value,
                    f"/my/balance/{client.id}/transaction/{purpose}/{company.id}",
                    values["balance_url"],
                    client._prepaid_signature(purpose, value),
                )
            )
        return self._prepaid_response("prepaid_services.portal_balance_pay", values)

    def _prepaid_typed(self, text):
        """Return the amount a client typed, with a comma or a point; 0 when it is none."""
        amount = self._cast_as_float(str(text or "").replace(",", ".").replace(" ", ""))
        return amount if amount is not None and math.isfinite(amount) else 0.0

    # ----------------------------------------------------------------------------------
    # Payment form and transaction
    # ----------------------------------------------------------------------------------

    def _prepaid_is_own_login(self, client):
        """Return whether the client, or the client's payer, is logged in: they have saved cards."""
        user = request.env.user
        own = user.partner_id.commercial_partner_id == client.commercial_partner_id
        return own and not user._is_public()

    def _prepaid_options(self, client, amount, **report):
        """Return how a client may pay an amount: providers, methods and saved cards."""
        company = client.env.company
        currency = company.currency_id
        env = client.env
        providers = env["payment.provider"]._get_compatible_providers(
            company.id, client.id, amount, currency_id=currency.id, **report
        )
        methods = env["payment.method"]._get_compatible_payment_methods(
            providers.ids, client.id, currency_id=currency.id, **report
        )
        tokens = env["payment.token"]
        if self._prepaid_is_own_login(client):
            tokens = tokens._get_available_tokens(providers.ids, client.id)
        return providers, methods, tokens

    def _prepaid_form(self, client, amount, transaction_route, landing_route, access_token):
        """Return the context of Odoo's payment form: one amount, one button."""
        report = {}
        providers, methods, tokens = self._prepaid_options(client, amount, report=report)
        may_save = self._prepaid_is_own_login(client)
        saving = self._compute_show_tokenize_input_mapping(providers)
        price = client.env.company.currency_id.format(amount)
        return {
            "amount": amount,
            "currency": client.env.company.currency_id,
            "partner_id": client.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": tokens,
            "availability_report": report,
            "show_tokenize_input_mapping": {id_: may_save and saving[id_] for id_ in saving},
            "transaction_route": transaction_route,
            "landing_route": landing_route,
            "access_token": access_token,
            "preselected_method_id": methods[:1].id,
            "submit_button_label": request.env._("Pay %(amount)s", amount=price),
        }

    def _prepaid_transaction(self, client, amount, landing_route, values, sent):
        """Create the transaction and return what the browser needs to go on.

        :param res.partner client: who pays, in the company that receives the money
        :param float amount: in company currency
        :param dict values: of the transaction
        :param dict sent: by Odoo's payment form
        """
        if not self._prepaid_is_offered(client, amount, sent):
            return self._prepaid_no_payment(
                request.env._("This way to pay is not available any more. Reload the page.")
            )
        own = self._prepaid_is_own_login(client)
        values = {
            **sent,
            "amount": amount,
            "currency_id": client.env.company.currency_id.id,
            "partner_id": client.id,
            "landing_route": landing_route,
            "is_validation": False,
            "tokenization_requested": own and sent.get("tokenization_requested"),
            "custom_create_values": values,
        }
        try:
            with request.env.cr.savepoint():
                return self._create_transaction(**values)._get_processing_values()
        except ConcurrencyError:
            raise  # Repeated by the server, on fresh data
        except UserError as error:  # The provider refuses or does not answer
            _logger.warning("No online payment for client %s: %s", client.id, error)
            return self._prepaid_no_payment(self._prepaid_down())

    def _prepaid_is_offered(self, client, amount, sent):
        """Return whether the way to pay that the browser names was on the page."""
        providers, methods, tokens = self._prepaid_options(client, amount)
        if sent.get("flow") == "token":
            return sent.get("token_id") in tokens.ids
        provider = providers.filtered(lambda p: p.id == sent.get("provider_id"))
        method = methods.filtered(lambda m: m.id == sent.get("payment_method_id"))
        known = sent.get("flow") in ("redirect", "direct")
        return bool(known and method and method in provider.payment_method_ids)

    def _prepaid_down(self):
        """Return what a client can do when the provider is down."""
        return request.env._(
            "The payment service does not answer. Nothing was taken. Try again in a minute, or "
            "call us."
        )

    def _prepaid_no_payment(self, message):
        """Return the answer that lets Odoo's payment form show a message instead of going on."""
        return {"state": "error", "state_message": message}
