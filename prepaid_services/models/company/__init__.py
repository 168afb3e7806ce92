from . import account_account
from . import account_chart_template
from . import ir_rule
from . import product_template
from . import res_company
from . import res_company_accounts
from . import res_company_ready
from . import res_config_settings
