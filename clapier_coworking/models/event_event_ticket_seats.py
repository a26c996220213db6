from odoo import fields, models


class EventEventTicket(models.Model):
    """Seats of every kind of ticket: see event.event."""

    _inherit = "event.event.ticket"

    coworking_seats_counted = fields.Integer(
        "Seats Counted", default=0, readonly=True, copy=False
    )
    coworking_seats_over = fields.Integer(
        "Seats Beyond", default=0, readonly=True, copy=False
    )
    coworking_is_per_slot = fields.Boolean(
        "Limit per Slot", related="event_id.is_multi_slots", store=True
    )

    _coworking_never_oversold = models.Constraint(
        "CHECK (COALESCE(coworking_is_per_slot, FALSE) OR COALESCE(seats_max, 0) <= 0 "
        "OR COALESCE(coworking_seats_counted, 0) "
        "<= seats_max + COALESCE(coworking_seats_over, 0))",
        "No ticket of this kind is left: choose another one, or join the waiting list.",
    )
