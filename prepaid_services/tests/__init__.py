from . import test_ledger
from . import test_ledger_hooks
from . import test_calendar
