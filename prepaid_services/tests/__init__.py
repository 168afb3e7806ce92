from . import test_calendar
from . import test_client
from . import test_ledger
from . import test_ledger_hooks
from . import test_package_booking
from . import test_package_cases
from . import test_random_histories
from . import test_tools
