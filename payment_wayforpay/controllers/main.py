import time
from contextlib import suppress
from urllib.parse import urlencode

from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing
from odoo.addons.payment.logging import get_payment_logger

from .. import const, signature

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


class WayForPayController(http.Controller):
    @http.route(
        const.WEBHOOK_ROUTE,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def wayforpay_webhook(self, **_values):
        """Take a callback: at once, and as often as WayForPay likes to send it.

        It is JSON whatever its content type says; `ir.http` keeps the body for us.

        :return: the signed word "accept", without which WayForPay repeats for days; 403 when the
            signature is not WayForPay's
        """
        try:
            payment_data = signature.parse(request.httprequest.get_data(as_text=True))
        except ValueError:
            _logger.warning("Refused a WayForPay callback that is no JSON")
            raise Forbidden() from None
        # sudo: the caller is WayForPay; its signature is checked before anything changes.
        tx_sudo = request.env["payment.transaction"].sudo()
        tx_sudo = tx_sudo._search_by_reference("wayforpay", payment_data)
        provider_sudo = self._verify(payment_data, tx_sudo)
        if tx_sudo:
            _logger.info("WayForPay reports on %s: %s", tx_sudo.reference, payment_data)
            tx_sudo._wayforpay_process(payment_data)
        return self._accept(payment_data, provider_sudo)

    @staticmethod
    def _verify(payment_data, tx_sudo):
        """The provider that the callback is for: of the transaction, else by its merchant.

        An order that this database does not know is answered as well, to end the repetitions.

        :raise Forbidden: the callback is not signed by, or not meant for, this shop
        """
        account = payment_data.get("merchantAccount")
        provider_sudo = tx_sudo.provider_id
        if not provider_sudo and isinstance(account, str):
            provider_sudo = request.env["payment.provider"].sudo()
            provider_sudo = provider_sudo.search(
                [("code", "=", "wayforpay"), ("wayforpay_merchant_account", "=", account)], limit=1
            )
        if (
            not provider_sudo.wayforpay_secret_key
            or account != provider_sudo.wayforpay_merchant_account
            or not signature.verify(
                payment_data, const.PAYMENT_KEYS, provider_sudo.wayforpay_secret_key
            )
        ):
            _logger.warning(
                "Refused a WayForPay callback on %s: wrong signature", tx_sudo.reference
            )
            raise Forbidden()
        return provider_sudo

    @staticmethod
    def _accept(payment_data, provider_sudo):
        answer = {
            "orderReference": payment_data.get("orderReference"),
            "status": "accept",
            "time": int(time.time()),
        }
        answer["signature"] = signature.sign(
            answer, const.ACCEPT_KEYS, provider_sudo.wayforpay_secret_key
        )
        return request.make_json_response(answer)

    @http.route(
        const.RETURN_ROUTE,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def wayforpay_return_post(self, tx=None, token=None, **_values):
        """Turn WayForPay's return by POST into one by GET, which brings the session along.

        A session cookie does not travel with a POST from another site.
        """
        query = urlencode({"tx": tx or "", "token": token or ""})
        return request.redirect(f"{const.RETURN_ROUTE}?{query}", 303)

    @http.route(const.RETURN_ROUTE, type="http", auth="public", methods=["GET"])
    def wayforpay_return(self, tx=None, token=None, **_values):
        """Bring the client back: ask WayForPay how it went, then show Odoo's status page.

        The address is signed, so the status page also opens in a browser that has no session (the
        payment was started inside a messenger's own browser). What the browser brings is not used.

        :param str tx: id of the transaction
        :param str token: its signature, made for this address
        """
        # sudo: the token stands for the right to see the state of this one transaction.
        tx_sudo = request.env["payment.transaction"].sudo()._wayforpay_from_return(tx, token)
        if tx_sudo:
            if tx_sudo.state in ("draft", "pending"):
                with suppress(ValidationError):  # The callback or the job will tell.
                    tx_sudo._wayforpay_sync_status()
            PaymentPostProcessing.monitor_transaction(tx_sudo)
        return request.redirect("/payment/status")
