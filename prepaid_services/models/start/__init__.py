from . import res_company
from . import res_config_settings
from . import prepaid_start_task
from . import prepaid_start_task_find
from . import prepaid_booking
from . import prepaid_subscription
from . import res_partner
