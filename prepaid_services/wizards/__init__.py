from . import prepaid_cancel
from . import prepaid_collect
from . import prepaid_deferred_rollforward
from . import prepaid_money
from . import prepaid_statement
from . import prepaid_subscription_change
from . import prepaid_subscription_refund
from . import prepaid_subscription_sell
