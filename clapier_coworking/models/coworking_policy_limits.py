from odoo import fields, models


class CoworkingPolicy(models.Model):
    """What is limited because anybody could ask for it, and until when one may sign."""

    _inherit = "coworking.policy"

    visitor_date_max = fields.Integer(
        "Dates Without an Account",
        default=12,
        required=True,
        help="How many dates one request of a visitor may ask for.",
    )
    visitor_waiting_max = fields.Integer(
        "Waiting Without an Account",
        default=6,
        required=True,
        help="How many bookings of one address may wait for an answer or a payment.",
    )
    door_try_max = fields.Integer(
        "Wrong Codes at a Door",
        default=5,
        required=True,
        help="After so many, a door takes no code until its wait is over.",
    )
    door_try_minutes = fields.Integer(
        "Wait After Wrong Codes, Minutes",
        default=10,
        required=True,
        help="How long a door counts wrong codes, then takes codes again.",
    )
    sign_after_minutes = fields.Integer(
        "Signed Until, Minutes After",
        default=120,
        required=True,
        help="How long after its end a half-day of training can still be signed.",
    )

    seat_hold_minutes = fields.Integer(
        "Seat Held, Minutes",
        default=30,
        required=True,
        help="How long a seat in a basket is kept for its payment, then others may have it.",
    )

    _limits_sensible = models.Constraint(
        "CHECK (visitor_date_max >= 0 AND visitor_waiting_max >= 0 "
        "AND door_try_max > 0 AND door_try_minutes > 0 AND sign_after_minutes >= 0 "
        "AND seat_hold_minutes > 0)",
        "A door takes one wrong code and waits one minute at least, a seat is held one minute "
        "at least; the other limits cannot be negative.",
    )
