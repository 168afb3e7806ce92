from . import prepaid_billing_cycle
from . import prepaid_billing_run
from . import prepaid_billing_line
from . import res_partner
from . import prepaid_reminder
from . import base_partner_merge
