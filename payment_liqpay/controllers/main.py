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


class LiqPayController(http.Controller):
    @http.route(
        const.WEBHOOK_ROUTE,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def liqpay_webhook(self, data="", **values):
        """Take a callback: at once, and as often as LiqPay likes to send it.

        :param str data: base64 JSON of the payment
        :param dict values: with its `signature`
        :return: an empty text; 403 when the signature is not LiqPay's
        """
        try:
            payment_data = signature.decode(data)
        except ValueError:
            _logger.warning("Refused a LiqPay callback that is no base64 JSON")
            raise Forbidden() from None
        # sudo: the caller is LiqPay; its signature is checked before anything changes.
        tx_sudo = request.env["payment.transaction"].sudo()
        tx_sudo = tx_sudo._search_by_reference("liqpay", payment_data)
        if tx_sudo:
            self._verify(data, values.get("signature") or "", payment_data, tx_sudo)
            _logger.info("LiqPay reports on %s: %s", tx_sudo.reference, payment_data)
            tx_sudo._liqpay_process(payment_data)
        return ""

    @staticmethod
    def _verify(data, received, payment_data, tx_sudo):
        """:raise Forbidden: the callback is not signed by, or not meant for, this shop"""
        provider_sudo = tx_sudo.provider_id
        if (
            not provider_sudo.liqpay_private_key
            or payment_data.get("public_key") != provider_sudo.liqpay_public_key
            or not signature.verify(data, received, provider_sudo.liqpay_private_key)
        ):
            _logger.warning("Refused a LiqPay callback on %s: wrong signature", tx_sudo.reference)
            raise Forbidden()

    @http.route(
        const.RETURN_ROUTE,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def liqpay_return_post(self, tx=None, token=None, **_values):
        """Turn a return by POST into one by GET, which brings the browser's session along.

        A session cookie does not travel with a POST from another site.
        """
        query = urlencode({"tx": tx or "", "token": token or ""})
        return request.redirect(f"{const.RETURN_ROUTE}?{query}", 303)

    @http.route(const.RETURN_ROUTE, type="http", auth="public", methods=["GET"])
    def liqpay_return(self, tx=None, token=None, **_values):
        """Bring the client back: ask LiqPay how it went, then show Odoo's status page.

        The address is signed, so the status page also opens in a browser that has no session (the
        payment was started inside a messenger's own browser). What the browser brings is not used.

        :param str tx: id of the transaction
        :param str token: its signature, made for this address
        """
        # sudo: the token stands for the right to see the state of this one transaction.
        tx_sudo = request.env["payment.transaction"].sudo()._liqpay_from_return(tx, token)
        if tx_sudo:
            if tx_sudo.state in ("draft", "pending"):
                with suppress(ValidationError):  # The callback or the job will tell.
                    tx_sudo._liqpay_sync_status()
            PaymentPostProcessing.monitor_transaction(tx_sudo)
        return request.redirect("/payment/status")
