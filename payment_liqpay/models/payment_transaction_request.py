from odoo import fields, models
from odoo.tools import float_repr
from odoo.tools.urls import urljoin

from .. import const


class PaymentTransaction(models.Model):
    """What we ask of LiqPay: the checkout page, refunds, holds."""

    _inherit = "payment.transaction"

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment` to return the fields of the form that leads to LiqPay's page.

        A transaction that can no longer be paid is set to error, with the reason for the client.
        """
        if self.provider_code != "liqpay":
            return super()._get_specific_rendering_values(processing_values)
        deadline = self._liqpay_deadline()
        if deadline and deadline <= fields.Datetime.now():
            self._set_error(
                self.env._("The time to pay has run out. Please ask for a new payment link.")
            )
            return {}
        return {
            "api_url": self.provider_id._liqpay_url(const.CHECKOUT_PATH),
            **self.provider_id._liqpay_envelope(self._liqpay_checkout_params(deadline)),
        }

    def _liqpay_checkout_params(self, deadline):
        """The parameters of the checkout page.

        :param datetime deadline: UTC, when LiqPay stops taking the money; False for never
        :rtype: dict
        """
        provider = self.provider_id
        provider._liqpay_check_takes_no_money()
        base_url = provider.get_base_url()
        back = f"{const.RETURN_ROUTE}?tx={self.id}&token={self._liqpay_return_token()}"
        params = {
            "action": "hold" if provider.capture_manually else "pay",
            "amount": self._liqpay_amount(),
            "currency": self.currency_id.name,
            "description": self._liqpay_description(),
            "order_id": self.reference,
            "language": self._liqpay_language(),
            "result_url": urljoin(base_url, back),
            "server_url": urljoin(base_url, const.WEBHOOK_ROUTE),
        }
        if deadline:
            params["expired_date"] = fields.Datetime.to_string(deadline)
        if provider.state == "test" and not provider.liqpay_public_key.startswith(
            const.SANDBOX_PREFIX
        ):
            params["sandbox"] = 1  # live keys in test mode: still no money
        return params

    def _liqpay_deadline(self):
        """When the document that is paid stops waiting: UTC, or False.

        Whoever holds something for the payment (a seat, a price) may give transactions a method
        `_prepaid_hold_deadline`; this add-on does not depend on any.
        """
        hook = getattr(self, "_prepaid_hold_deadline", None)
        return hook() if hook else False

    def _liqpay_amount(self):
        """The positive amount as the number that LiqPay wants."""
        return float(float_repr(abs(self.amount), self.currency_id.decimal_places))

    def _liqpay_description(self):
        """What the payer reads on LiqPay's page, in the payer's language."""
        return self._liqpay_in_clients_language().env._(
            "Payment %(reference)s to %(company)s",
            reference=self.reference,
            company=self.company_id.name,
        )

    def _liqpay_language(self):
        """The language of LiqPay's page: the payer's, else English."""
        code = (self.partner_lang or self.env.lang or "en")[:2]
        return code if code in const.LANGUAGES else "en"

    def _liqpay_request(self, action, *, liqpay_unknown_is_empty=False, **params):
        """Send a signed request about this transaction's order.

        :param str action: LiqPay's name of it
        :param dict params: of the action, beside the order
        :raise ValidationError: no connection, or LiqPay refuses; with a text to show
        :rtype: dict
        """
        envelope = self.provider_id._liqpay_envelope(
            {"action": action, "order_id": self._liqpay_root().reference, **params}
        )
        return self._send_api_request(
            "POST",
            const.API_PATH,
            data=envelope,
            liqpay_unknown_is_empty=liqpay_unknown_is_empty,
        )

    def _send_refund_request(self):
        """Override of `payment` to give money back; `self` is the refund."""
        if self.provider_code != "liqpay":
            return super()._send_refund_request()
        self._liqpay_touch()
        return self._liqpay_take_answer(
            self._liqpay_request("refund", amount=self._liqpay_amount())
        )

    def _send_capture_request(self):
        """Override of `payment` to complete a hold; `self` is the capture."""
        if self.provider_code != "liqpay":
            return super()._send_capture_request()
        self._liqpay_touch()
        return self._liqpay_take_answer(
            self._liqpay_request("hold_completion", amount=self._liqpay_amount())
        )

    def _send_void_request(self):
        """Override of `payment` to release a hold; `self` is the void."""
        if self.provider_code != "liqpay":
            return super()._send_void_request()
        self._liqpay_touch()
        answer = self._liqpay_request("refund", amount=self._liqpay_amount())
        if answer.get("status") == "success":
            answer["status"] = const.REVERSED
        return self._liqpay_take_answer(answer)

    def _liqpay_take_answer(self, answer):
        """Update a child transaction from the answer, which may leave the amount out."""
        self._process(
            "liqpay",
            {
                **answer,
                "amount": self._liqpay_amount(),
                "currency": self.currency_id.name,
            },
        )
        self.env.ref("payment.cron_post_process_payment_tx")._trigger()
