from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from .. import const, signature


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[("liqpay", "LiqPay")], ondelete={"liqpay": "set default"}
    )
    liqpay_public_key = fields.Char(
        string="LiqPay Public Key",
        help="From the shop's page in LiqPay's cabinet. Keys with sandbox_ in front take no money.",
        required_if_provider="liqpay",
        copy=False,
        groups="base.group_system",
    )
    liqpay_private_key = fields.Char(
        string="LiqPay Private Key",
        required_if_provider="liqpay",
        copy=False,
        groups="base.group_system",
    )
    liqpay_version = fields.Selection(
        string="LiqPay Signature",
        selection=[("7", "Version 7 (SHA3-256)"), ("3", "Version 3 (SHA-1)")],
        default="7",
        help="How requests are signed. Choose version 3 only if LiqPay answers that the signature "
        "is wrong although the keys are right. Callbacks are accepted in both.",
        groups="base.group_system",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "liqpay_public_key")
    def _check_liqpay_keys_take_money(self):
        """Sandbox keys in an enabled provider would confirm payments without money."""
        for provider in self.filtered(lambda p: p.code == "liqpay" and p.state == "enabled"):
            if (provider.liqpay_public_key or "").startswith(const.SANDBOX_PREFIX):
                raise ValidationError(
                    self.env._(
                        "The public key of LiqPay is a sandbox key: no money would arrive. Enter "
                        "the shop's live keys, or set the state to Test Mode."
                    )
                )

    # === COMPUTE METHODS === #

    def _compute_feature_support_fields(self):
        """Override of `payment` to add refunds, and holds that are completed by hand."""
        res = super()._compute_feature_support_fields()
        self.filtered(lambda p: p.code == "liqpay").update(
            {"support_refund": "partial", "support_manual_capture": "full_only"}
        )
        return res

    def _get_supported_currencies(self):
        """Override of `payment` to return LiqPay's currencies."""
        currencies = super()._get_supported_currencies()
        if self.code != "liqpay":
            return currencies
        return currencies.filtered(lambda c: c.name in const.SUPPORTED_CURRENCIES)

    # === CRUD METHODS === #

    def _get_default_payment_method_codes(self):
        """Override of `payment` to return LiqPay's own payment method."""
        self.ensure_one()
        if self.code != "liqpay":
            return super()._get_default_payment_method_codes()
        return const.DEFAULT_PAYMENT_METHOD_CODES

    def _get_reset_values(self):
        """Override of `payment` to forget the keys."""
        if self.code != "liqpay":
            return super()._get_reset_values()
        return {"liqpay_public_key": None, "liqpay_private_key": None}

    # === REQUEST HELPERS === #

    def _liqpay_url(self, path):
        """LiqPay's address, or that of a simulator; real money never goes to the latter.

        :param str path: relative to LiqPay's site
        :rtype: str
        """
        base = const.BASE_URL
        if self.state == "test":
            # sudo: anybody who pays needs the address, nobody else may read system parameters.
            parameters = self.env["ir.config_parameter"].sudo()
            base = parameters.get_param(const.TEST_BASE_URL_PARAMETER) or base
        return urljoin(base, path)

    def _liqpay_check_takes_no_money(self):
        """Refuse a payment in test mode that would charge a card.

        LiqPay tells tests by its keys; a parameter that once did so is not documented any more.

        :raise ValidationError: the keys are the shop's live ones, and the address is LiqPay's
        """
        live_keys = not (self.liqpay_public_key or "").startswith(const.SANDBOX_PREFIX)
        at_liqpay = self._liqpay_url("x") == urljoin(const.BASE_URL, "x")
        if self.state == "test" and live_keys and at_liqpay:
            raise ValidationError(
                self.env._(
                    "LiqPay is in test mode, but its keys are the shop's live ones: the card would "
                    "be charged. Enter the keys that begin with sandbox_, or enable the provider."
                )
            )

    def _liqpay_envelope(self, params):
        """The two signed fields that carry every message to LiqPay.

        :param dict params: of the action
        :return: `data` and `signature`
        :rtype: dict
        """
        version = int(self.liqpay_version or 7)
        data = signature.encode(
            {"version": version, "public_key": self.liqpay_public_key, **params}
        )
        return {
            "data": data,
            "signature": signature.sign(data, self.liqpay_private_key, version),
        }

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment` to build LiqPay's address."""
        if self.code != "liqpay":
            return super()._build_request_url(endpoint, **kwargs)
        return self._liqpay_url(endpoint)

    def _parse_response_content(self, response, *, liqpay_unknown_is_empty=False, **kwargs):
        """Override of `payment`: LiqPay answers errors with HTTP 200.

        An answer about a payment that failed is no error: it carries the payment's id.

        :param bool liqpay_unknown_is_empty: an order that LiqPay never saw gives {}, no error
        """
        if self.code != "liqpay":
            return super()._parse_response_content(response, **kwargs)
        try:
            content = response.json()
            signature.check(content)
        except (AttributeError, RecursionError, ValueError):
            content = None
        if not isinstance(content, dict):
            raise ValidationError(self.env._("LiqPay's answer cannot be read. Try again later."))
        if content.get("result") == "error" and not content.get("payment_id"):
            if liqpay_unknown_is_empty and content.get("err_code") == const.UNKNOWN_ORDER:
                return {}
            raise ValidationError(
                self.env._(
                    "LiqPay refused the request: %(text)s",
                    text=content.get("err_description") or content.get("err_code") or "?",
                )
            )
        return content
