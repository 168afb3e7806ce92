from . import prepaid_daily_sale
