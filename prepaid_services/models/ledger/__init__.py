from . import prepaid_ledger
from . import prepaid_ledger_apply
from . import prepaid_ledger_earn
from . import prepaid_ledger_refund
from . import account_payment
from . import account_move
from . import account_move_line
from . import account_partial_reconcile
