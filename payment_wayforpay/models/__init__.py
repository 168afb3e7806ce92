from . import ir_http
from . import payment_provider
from . import payment_transaction
from . import payment_transaction_request
from . import payment_transaction_update
