from . import prepaid_message_mixin
from . import prepaid_dialog
