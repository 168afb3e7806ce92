from . import prepaid_message_queue
from . import prepaid_client_movement
from . import res_partner
from . import res_partner_credit
from . import res_partner_money
from . import res_partner_screens
from . import res_partner_portal
