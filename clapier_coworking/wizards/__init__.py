from . import (
    coworking_booking_cancel,
    coworking_booking_recurrence,
    coworking_booking_recurrence_line,
    coworking_visit_wizard,
)
