"""LiqPay's addresses, words and limits. Importable without a database."""

from odoo.addons.payment.const import SENSITIVE_KEYS as PAYMENT_SENSITIVE_KEYS

BASE_URL = "https://www.liqpay.ua"
CHECKOUT_PATH = "api/3/checkout"  # of version 7 too
API_PATH = "api/request"
# System parameter with another address, heeded by providers in test mode only.
TEST_BASE_URL_PARAMETER = "payment_liqpay.test_base_url"

RETURN_ROUTE = "/payment/liqpay/return"
WEBHOOK_ROUTE = "/payment/liqpay/webhook"

DEFAULT_PAYMENT_METHOD_CODES = {"liqpay"}
SUPPORTED_CURRENCIES = ("UAH", "USD", "EUR")
LANGUAGES = ("uk", "en")
SANDBOX_PREFIX = "sandbox_"
REFERENCE_MAX_LENGTH = 255 - 10  # order_id, less the "R-" and "-1" that Odoo puts around it

# LiqPay's status: the state of our transaction. A status that is not here leaves it as it is:
# 3ds_verify and its like (the client is still on the page), subscribed, and whatever is new.
PAYMENT_STATES = {
    "success": "done",
    "wait_compensation": "done",
    "sandbox": "done",  # of test transactions only
    "hold_wait": "authorized",
    "processing": "pending",
    "wait_secure": "pending",
    "wait_card": "pending",
    "wait_lc": "pending",
    "wait_reserve": "pending",
    "wait_accept": "pending",
    "failure": "error",
    "error": "error",
    "expired": "error",
}
REVERSED = "reversed"
UNKNOWN_ORDER = "payment_not_found"

# What we read of a message: each is one text or number.
PAYMENT_KEYS = (
    "action",
    "amount",
    "currency",
    "err_code",
    "err_description",
    "order_id",
    "payment_id",
    "public_key",
    "refund_amount",
    "status",
)

# Not written to the log.
SENSITIVE_KEYS = {
    "signature",
    "card_token",
    "sender_card_mask2",
    "sender_first_name",
    "sender_iban",
    "sender_last_name",
    "sender_phone",
}
PAYMENT_SENSITIVE_KEYS.update(SENSITIVE_KEYS)
