from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from .. import const, signature


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[("wayforpay", "WayForPay")], ondelete={"wayforpay": "set default"}
    )
    wayforpay_merchant_account = fields.Char(
        string="WayForPay Merchant Account",
        help="From the shop's settings in WayForPay's cabinet. With your own account money "
        "moves in test mode too; to try the page without money, enter test_merch_n1, the account "
        "that WayForPay publishes for this.",
        required_if_provider="wayforpay",
        copy=False,
        groups="base.group_system",
    )
    wayforpay_secret_key = fields.Char(
        string="WayForPay Secret Key",
        required_if_provider="wayforpay",
        copy=False,
        groups="base.group_system",
    )
    wayforpay_domain = fields.Char(
        string="WayForPay Domain",
        help="The site's domain as registered at WayForPay, without https://. Empty: the domain of "
        "this Odoo.",
        copy=False,
        groups="base.group_system",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "wayforpay_merchant_account")
    def _check_wayforpay_account_takes_money(self):
        """The public test account in an enabled provider would confirm payments without money."""
        for provider in self.filtered(lambda p: p.code == "wayforpay" and p.state == "enabled"):
            if provider.wayforpay_merchant_account == const.TEST_MERCHANT:
                raise ValidationError(
                    self.env._(
                        "The merchant account is WayForPay's public test account: no money would "
                        "arrive. Enter your shop's account, or set the state to Test Mode."
                    )
                )

    # === COMPUTE METHODS === #

    def _compute_feature_support_fields(self):
        """Override of `payment` to add refunds, and holds that are settled by hand."""
        res = super()._compute_feature_support_fields()
        self.filtered(lambda p: p.code == "wayforpay").update(
            {"support_refund": "partial", "support_manual_capture": "full_only"}
        )
        return res

    def _get_supported_currencies(self):
        """Override of `payment` to return WayForPay's currencies."""
        currencies = super()._get_supported_currencies()
        if self.code != "wayforpay":
            return currencies
        return currencies.filtered(lambda c: c.name in const.SUPPORTED_CURRENCIES)

    # === CRUD METHODS === #

    def _get_default_payment_method_codes(self):
        """Override of `payment` to return WayForPay's own payment method."""
        self.ensure_one()
        if self.code != "wayforpay":
            return super()._get_default_payment_method_codes()
        return const.DEFAULT_PAYMENT_METHOD_CODES

    def _get_reset_values(self):
        """Override of `payment` to forget the account and its key."""
        if self.code != "wayforpay":
            return super()._get_reset_values()
        return {"wayforpay_merchant_account": None, "wayforpay_secret_key": None}

    # === REQUEST HELPERS === #

    def _wayforpay_url(self, path, default):
        """WayForPay's address, or that of a simulator; real money never goes to the latter.

        :param str path: below the simulator's address
        :param str default: WayForPay's own
        :rtype: str
        """
        base = False
        if self.state == "test":
            # sudo: anybody who pays needs the address, nobody else may read system parameters.
            parameters = self.env["ir.config_parameter"].sudo()
            base = parameters.get_param(const.TEST_BASE_URL_PARAMETER)
        return urljoin(base, path) if base else default

    def _wayforpay_sign(self, values, keys):
        """The values with `merchantAccount` and their `merchantSignature`.

        :param dict values: the very texts that will be sent
        :rtype: dict
        """
        values = {"merchantAccount": self.wayforpay_merchant_account, **values}
        values["merchantSignature"] = signature.sign(values, keys, self.wayforpay_secret_key)
        return values

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment` to build WayForPay's address."""
        if self.code != "wayforpay":
            return super()._build_request_url(endpoint, **kwargs)
        return self._wayforpay_url(endpoint, const.API_URL)

    def _parse_response_content(self, response, *, wayforpay_request=None, **kwargs):
        """Override of `payment` to verify the answer; errors come as HTTP 200 and are raised.

        :param dict wayforpay_request: what was asked; the answer must be about the same order
        """
        if self.code != "wayforpay":
            return super()._parse_response_content(response, **kwargs)
        try:
            content = signature.parse(response.text)
        except ValueError:
            raise ValidationError(
                self.env._("WayForPay's answer cannot be read. Try again later.")
            ) from None
        asks_status = wayforpay_request["transactionType"] == "CHECK_STATUS"
        if asks_status and str(content.get("reasonCode")) == const.UNKNOWN_ORDER:
            return {}
        if not content.get("transactionStatus"):
            raise ValidationError(
                self.env._(
                    "WayForPay refused the request: %(text)s",
                    text=content.get("reason") or content.get("reasonCode") or "?",
                )
            )
        self._wayforpay_verify_answer(content, wayforpay_request)
        return content

    def _wayforpay_verify_answer(self, content, wayforpay_request):
        """:raise ValidationError: the answer is not WayForPay's, or about another order"""
        kinds = [const.PAYMENT_KEYS]
        if wayforpay_request["transactionType"] != "CHECK_STATUS":
            kinds.append(const.MONEY_ANSWER_KEYS)  # the documentation knows both
        about = ("merchantAccount", "orderReference")
        if any(content.get(key) != wayforpay_request[key] for key in about) or not any(
            signature.verify(content, keys, self.wayforpay_secret_key) for keys in kinds
        ):
            raise ValidationError(
                self.env._(
                    "The answer is not signed by WayForPay: it was ignored. Check the secret key."
                )
            )
