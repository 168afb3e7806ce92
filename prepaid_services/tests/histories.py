"""How Hypothesis makes up histories for the tests ``test_random_*`` and ``test_package_lives``."""

import os

from hypothesis import HealthCheck, Phase, settings

#: The same few histories each time, as one takes seconds; ``make test EXAMPLES=100`` for a night
HISTORIES = settings(
    max_examples=int(os.environ.get("EXAMPLES") or 5),
    deadline=None,
    derandomize=True,
    database=None,
    # A failing history is told as it is: to shorten it takes minutes
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
