from . import prepaid_earned_report
from . import prepaid_earned_measures
from . import prepaid_earned_figure
from . import prepaid_earned_check
from . import prepaid_owed_report
