from . import (
    coworking_booking_cancel,
    coworking_booking_recurrence,
    coworking_booking_recurrence_line,
    coworking_bpf,
    coworking_bpf_line,
    coworking_session_maker,
    coworking_session_maker_line,
    coworking_visit_wizard,
    coworking_waiting_join,
)
