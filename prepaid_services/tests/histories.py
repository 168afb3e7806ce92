"""How much the tests make up: a little, or with ``make test EXAMPLES=100`` a night of it."""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("EXAMPLES") or 0)
#: How Hypothesis makes up histories: the same few each time, as one takes seconds
HISTORIES = settings(
    max_examples=EXAMPLES or 3,
    deadline=None,
    derandomize=True,
    database=None,
    # A failing history is told as it is: to shorten it takes minutes
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
