from . import test_ledger
from . import test_ledger_hooks
from . import test_package_cases
from . import test_tools
