from . import res_company
from . import prepaid_credit_review
from . import res_partner_figures
from . import res_partner_decide
from . import res_partner_hold
from . import prepaid_ledger
from . import prepaid_booking
from . import base_partner_merge
