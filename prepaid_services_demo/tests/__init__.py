from . import test_access_table
from . import test_former_accounts
from . import test_menus
from . import test_one_of_the_family
from . import test_report_rows
from . import test_story
