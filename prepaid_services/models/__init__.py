from . import company
from . import ledger
from . import client
from . import booking
from . import message
from . import package
from . import deposit
from . import start
