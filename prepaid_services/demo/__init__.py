from . import salon
from . import salon_packages
