from . import ageing
from . import payment_status
from . import portal
from . import portal_booking
from . import portal_package
from . import portal_payment
from . import portal_request
from . import rollforward
