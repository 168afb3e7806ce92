from . import test_ledger
from . import test_ledger_hooks
from . import test_portal
from . import test_reports
from . import test_api
from . import test_client
from . import test_random_histories
