from . import prepaid_cash_forecast
