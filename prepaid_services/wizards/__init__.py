from . import prepaid_cancel
from . import prepaid_collect
from . import prepaid_money
from . import prepaid_statement
