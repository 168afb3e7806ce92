from . import prepaid_daily_sale
from . import prepaid_statement
