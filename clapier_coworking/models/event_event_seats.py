from odoo import fields, models


class EventEvent(models.Model):
    """Seats of every event: a counter that the database keeps under its limit.

    The triggers of event.registration move it; where slots have seats of their own, this
    row still changes with them, so that two registrations never count at the same time.
    """

    _inherit = "event.event"

    coworking_seats_counted = fields.Integer(
        "Seats Counted", default=0, readonly=True, copy=False
    )
    coworking_seats_over = fields.Integer(
        "Seats Beyond",
        default=0,
        readonly=True,
        copy=False,
        help="How many were registered beyond the limit when it was last set.",
    )

    _coworking_never_oversold = models.Constraint(
        "CHECK (COALESCE(is_multi_slots, FALSE) OR NOT COALESCE(seats_limited, FALSE) "
        "OR COALESCE(seats_max, 0) <= 0 "
        "OR COALESCE(coworking_seats_counted, 0) "
        "<= seats_max + COALESCE(coworking_seats_over, 0))",
        "This event is full: choose another date, or join the waiting list.",
    )
