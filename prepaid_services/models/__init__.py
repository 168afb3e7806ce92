from . import company
from . import ledger
from . import client
from . import package
from . import booking
