from . import salon
from . import salon_packages
from . import salon_vat
from . import salon_insight
from . import salon_receivable
from . import salon_deposits
from . import salon_reminders
from . import salon_start
