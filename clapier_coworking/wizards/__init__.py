from . import (
    coworking_booking_cancel,
    coworking_booking_recurrence,
    coworking_booking_recurrence_line,
    coworking_hours_correction,
    coworking_month_end,
    coworking_month_end_line,
    coworking_pass_refund,
    coworking_plan_simulation,
    coworking_plan_simulation_line,
    coworking_subscription_switch,
    coworking_visit_wizard,
)
