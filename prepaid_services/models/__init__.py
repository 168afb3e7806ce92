from . import company
from . import ledger
from . import client
from . import booking
from . import package
from . import vat
from . import deposit
from . import start
