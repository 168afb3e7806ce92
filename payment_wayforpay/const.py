"""WayForPay's addresses, words and limits. Importable without a database."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.payment.const import SENSITIVE_KEYS as PAYMENT_SENSITIVE_KEYS

_lt = LazyTranslate(__name__)

CHECKOUT_URL = "https://secure.wayforpay.com/pay"
API_URL = "https://api.wayforpay.com/api"
# System parameter with another address (below it /pay and /api), heeded in test mode only.
TEST_BASE_URL_PARAMETER = "payment_wayforpay.test_base_url"

RETURN_ROUTE = "/payment/wayforpay/return"
WEBHOOK_ROUTE = "/payment/wayforpay/webhook"
URL_MAX_LENGTH = 256  # of returnUrl and serviceUrl

DEFAULT_PAYMENT_METHOD_CODES = {"wayforpay"}
SUPPORTED_CURRENCIES = ("UAH",)  # an order in another one is refused (wiki.wayforpay.com)
TEST_MERCHANT = "test_merch_n1"  # WayForPay's public one: anybody may use it, no money moves
REFERENCE_MAX_LENGTH = 64
LANGUAGES = {
    "uk": "UA",
    "en": "EN",
    "ru": "RU",
    "de": "DE",
    "es": "ES",
    "it": "IT",
    "pl": "PL",
    "fr": "FR",
    "ro": "RO",
    "lv": "LV",
    "sk": "SK",
    "cs": "CS",
}

# What is signed, in this order.
PURCHASE_KEYS = (
    "merchantAccount",
    "merchantDomainName",
    "orderReference",
    "orderDate",
    "amount",
    "currency",
    "productName",
    "productCount",
    "productPrice",
)
PAYMENT_KEYS = (  # callbacks, and the answer to CHECK_STATUS
    "merchantAccount",
    "orderReference",
    "amount",
    "currency",
    "authCode",
    "cardPan",
    "transactionStatus",
    "reasonCode",
)
# What we read of a message: each is one text or number.
READ_KEYS = (*PAYMENT_KEYS, "merchantSignature", "reason", "refundAmount", "rrn")
ACCEPT_KEYS = ("orderReference", "status", "time")
STATUS_KEYS = ("merchantAccount", "orderReference")
MONEY_KEYS = ("merchantAccount", "orderReference", "amount", "currency")
MONEY_ANSWER_KEYS = ("merchantAccount", "orderReference", "transactionStatus", "reasonCode")

# WayForPay's status in lower case (InProcessing is also written inProcessing): the state of our
# transaction. A status that is not here leaves it as it is: Created, and whatever is new.
PAYMENT_STATES = {
    "approved": "done",
    "waitingauthcomplete": "authorized",
    "inprocessing": "pending",
    "pending": "pending",
    "declined": "error",
    "expired": "error",
}
REVERSED = ("refunded", "voided")
REFUND_WAITS = "refundinprocessing"
UNKNOWN_ORDER = "1127"

# What the client can do something about; other reasons are shown in WayForPay's words.
REASONS = {
    "1101": _lt("The bank declined the payment. Please ask your bank or use another card."),
    "1102": _lt("The code on the back of the card (CVV) is wrong. Please try again."),
    "1103": _lt("The card has expired. Please use another card."),
    "1104": _lt("There is not enough money on the card. Please use another card."),
    "1105": _lt("The card number is wrong or the card is blocked. Please use another card."),
    "1106": _lt("The card was used too often. Please try later or use another card."),
    "1108": _lt("The bank did not confirm the payment (3-D Secure). Please try again."),
    "1120": _lt("The bank's confirmation is not available. Please try again later."),
    "1124": _lt("The time to pay has run out."),
    "1125": _lt("The payment was cancelled on the payment page."),
    "1135": _lt("The card's limit for payments is reached. Please use another card."),
    "1142": _lt("The payment was refused. Please use another card."),
    "1146": _lt("The card is restricted. Please use another card."),
    "1123": _lt("WayForPay does not allow this refund."),
    "1128": _lt("The refund is larger than what is left of the payment."),
    "1136": _lt("There is not enough money on the shop's account at WayForPay."),
    "1141": _lt("A hold can only be released as a whole."),
}

# Not written to the log.
SENSITIVE_KEYS = {
    "merchantSignature",
    "recToken",
    "cardPan",
    "email",
    "phone",
    "clientEmail",
    "clientPhone",
}
PAYMENT_SENSITIVE_KEYS.update(SENSITIVE_KEYS)
