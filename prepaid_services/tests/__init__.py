from . import test_bad_input
from . import test_booking
from . import test_calendar
from . import test_client
from . import test_ledger
from . import test_ledger_hooks
from . import test_random_histories
