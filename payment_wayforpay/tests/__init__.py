from . import test_signature
from . import test_provider
from . import test_request
from . import test_update
from . import test_refund
from . import test_status
from . import test_webhook
from . import test_invoice
