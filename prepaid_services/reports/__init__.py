from . import prepaid_daily_sale
from . import prepaid_deferred_movement
from . import prepaid_statement
from . import prepaid_subscription_receipt
from . import prepaid_reminder_letter
from . import prepaid_client_risk
from . import prepaid_deposit_report
