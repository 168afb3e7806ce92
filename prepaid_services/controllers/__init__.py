from . import portal
from . import portal_package
from . import portal_request
