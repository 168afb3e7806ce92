import re
import time
from urllib.parse import urlsplit

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr
from odoo.tools.urls import urljoin

from odoo.addons.payment import utils as payment_utils

from .. import const


class PaymentTransaction(models.Model):
    """What we ask of WayForPay: the payment page, refunds, holds."""

    _inherit = "payment.transaction"

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment` to return the fields of the form that leads to WayForPay's page.

        A transaction that can no longer be paid is set to error, with the reason for the client.
        """
        if self.provider_code != "wayforpay":
            return super()._get_specific_rendering_values(processing_values)
        try:
            purchase = self._wayforpay_purchase()
        except ValidationError as error:
            self._set_error(str(error))
            return {}
        signed = self.provider_id._wayforpay_sign(purchase, const.PURCHASE_KEYS)
        return {
            "api_url": self.provider_id._wayforpay_url("pay", const.CHECKOUT_URL),
            "wayforpay_fields": [
                (f"{name}[]", value[0]) if isinstance(value, list) else (name, value)
                for name, value in signed.items()
            ],
        }

    def _wayforpay_purchase(self):
        """The fields of the purchase form, as the very texts that are signed and sent.

        :raise ValidationError: it cannot be paid (any more); with a text for the client
        :rtype: dict
        """
        provider = self.provider_id
        base_url = provider.get_base_url()
        back = f"{const.RETURN_ROUTE}?tx={self.id}&token={self._wayforpay_return_token()}"
        amount = self._wayforpay_amount()
        values = {
            "merchantDomainName": provider.wayforpay_domain or urlsplit(base_url).hostname,
            "merchantAuthType": "SimpleSignature",
            "merchantTransactionType": "AUTH" if provider.capture_manually else "SALE",
            "merchantTransactionSecureType": "AUTO",
            "orderReference": self.reference,
            "orderDate": str(int(time.time())),
            "amount": amount,
            "currency": self.currency_id.name,
            "productName": [self._wayforpay_description()],
            "productCount": ["1"],
            "productPrice": [amount],
            "language": self._wayforpay_language(),
            "returnUrl": self._wayforpay_address(urljoin(base_url, back)),
            "serviceUrl": self._wayforpay_address(urljoin(base_url, const.WEBHOOK_ROUTE)),
            **self._wayforpay_timeout(),
            **self._wayforpay_client(),
        }
        return {name: value for name, value in values.items() if value}

    def _wayforpay_address(self, url):
        """:raise ValidationError: WayForPay would cut the address off"""
        if len(url) > const.URL_MAX_LENGTH:
            raise ValidationError(
                self.env._(
                    "WayForPay takes addresses of at most %(length)s characters, and this Odoo's "
                    "(the system parameter web.base.url) is too long.",
                    length=const.URL_MAX_LENGTH,
                )
            )
        return url

    def _wayforpay_timeout(self):
        """For how many seconds the page takes the money, if the document does not wait for ever.

        Whoever holds something for the payment (a seat, a price) may give transactions a method
        `_prepaid_hold_deadline` that returns a UTC datetime; this add-on does not depend on any.

        :raise ValidationError: the time is over
        """
        hook = getattr(self, "_prepaid_hold_deadline", None)
        deadline = hook() if hook else False
        if not deadline:
            return {}
        seconds = int((deadline - fields.Datetime.now()).total_seconds())
        if seconds <= 0:
            raise ValidationError(
                self.env._("The time to pay has run out. Please ask for a new payment link.")
            )
        return {"orderTimeout": str(seconds)}

    def _wayforpay_client(self):
        """What WayForPay's page can fill in for the client."""
        first_name, last_name = payment_utils.split_partner_name(self.partner_name or "")
        phone = re.sub(r"\D", "", self.partner_phone or "")
        if re.fullmatch(r"0\d{9}", phone):
            phone = f"38{phone}"
        return {
            "clientFirstName": first_name,
            "clientLastName": last_name,
            "clientEmail": self.partner_email,
            "clientPhone": phone,
        }

    def _wayforpay_amount(self):
        """The positive amount as the text that is signed and sent."""
        return float_repr(abs(self.amount), self.currency_id.decimal_places)

    def _wayforpay_description(self):
        """What the payer reads on WayForPay's page, in the payer's language."""
        return self._wayforpay_in_clients_language().env._(
            "Payment %(reference)s to %(company)s",
            reference=self.reference,
            company=self.company_id.name,
        )

    def _wayforpay_language(self):
        """The language of WayForPay's page: the payer's, else what WayForPay chooses."""
        return const.LANGUAGES.get((self.partner_lang or self.env.lang or "")[:2], "AUTO")

    def _wayforpay_request(self, kind, keys, **values):
        """Send a signed request about this transaction's order.

        :param str kind: WayForPay's transactionType
        :param tuple keys: what is signed
        :param dict values: texts, beside the order
        :raise ValidationError: no connection, or WayForPay refuses; with a text to show
        :return: the verified answer; {} for an order that WayForPay never saw
        :rtype: dict
        """
        request = self.provider_id._wayforpay_sign(
            {
                "transactionType": kind,
                "orderReference": self._wayforpay_root().reference,
                "apiVersion": 1,
                **values,
            },
            keys,
        )
        return self._send_api_request("POST", "api", json=request, wayforpay_request=request)

    def _send_refund_request(self):
        """Override of `payment` to give money back; `self` is the refund."""
        if self.provider_code != "wayforpay":
            return super()._send_refund_request()
        return self._wayforpay_move_money("REFUND", comment=self.reference)

    def _send_capture_request(self):
        """Override of `payment` to settle a hold; `self` is the capture."""
        if self.provider_code != "wayforpay":
            return super()._send_capture_request()
        return self._wayforpay_move_money("SETTLE")

    def _send_void_request(self):
        """Override of `payment` to release a hold; `self` is the void."""
        if self.provider_code != "wayforpay":
            return super()._send_void_request()
        return self._wayforpay_move_money("REFUND", comment=self.reference)

    def _wayforpay_move_money(self, kind, **values):
        """Ask for this child transaction's amount, and update it from the answer."""
        self._wayforpay_touch()
        money = {"amount": self._wayforpay_amount(), "currency": self.currency_id.name}
        answer = self._wayforpay_request(kind, const.MONEY_KEYS, **money, **values)
        # An answer may leave the amount out; if it names one, that one is checked.
        self._process("wayforpay", {**money, **answer})
        self.env.ref("payment.cron_post_process_payment_tx")._trigger()
