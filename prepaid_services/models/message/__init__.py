from . import prepaid_message_mixin
