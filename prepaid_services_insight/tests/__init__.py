from . import test_insight_tools
from . import test_earned_report
from . import test_insight
from . import test_cockpit
from . import test_net_and_gross
from . import test_insight_calls
