from . import account_move_line
from . import account_move
from . import account_move_cron
from . import account_move_downpayment
from . import account_partial_reconcile
from . import account_payment
from . import res_company
from . import res_config_settings
