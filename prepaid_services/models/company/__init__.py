from . import account_account
from . import account_chart_template
from . import res_company
from . import res_config_settings
