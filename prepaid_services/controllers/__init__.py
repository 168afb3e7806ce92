from . import ageing
from . import portal
from . import portal_package
