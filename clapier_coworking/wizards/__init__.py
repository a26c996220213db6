from . import (
    coworking_booking_cancel,
    coworking_booking_recurrence,
    coworking_booking_recurrence_line,
)
from . import coworking_visit_wizard
