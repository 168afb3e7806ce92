from . import product_template
from . import prepaid_booking
from . import prepaid_booking_money
from . import prepaid_booking_settle
from . import prepaid_booking_auto
from . import prepaid_booking_overlap
from . import calendar_event
from . import calendar_event_booking
