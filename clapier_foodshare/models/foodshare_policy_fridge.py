from odoo import fields, models


class FoodsharePolicy(models.Model):
    _inherit = "foodshare.policy"

    fridge_max = fields.Float(
        "Solidarity Fridge, at Most",
        default=4.0,
        required=True,
        help="Degrees Celsius.",
    )
    cold_room_max = fields.Float(
        "Cold Room, at Most", default=4.0, required=True, help="Degrees Celsius."
    )
    prepared_max = fields.Float(
        "Prepared Ahead, at Most", default=3.0, required=True, help="Degrees Celsius."
    )
    freezer_max = fields.Float(
        "Freezer, at Most", default=-18.0, required=True, help="Degrees Celsius."
    )
    hot_min = fields.Float(
        "Hot Holding, at Least", default=63.0, required=True, help="Degrees Celsius."
    )
    warm_minutes = fields.Integer(
        "Minutes Out of Limits",
        default=30,
        required=True,
        help="After this long, the fridge takes nothing and keeps what is inside apart.",
    )
    sensor_per_hour = fields.Integer(
        "Readings of a Sensor per Hour",
        default=60,
        required=True,
        help="More are refused.",
    )
    sensor_late_hours = fields.Integer(
        "Oldest Reading of a Sensor",
        default=48,
        required=True,
        help="Hours. A sensor without network sends its readings later; older ones are "
        "refused.",
    )
    page_per_hour = fields.Integer(
        "Entries of a Fridge Page per Hour",
        default=120,
        required=True,
        help="More are refused: somebody plays with the page.",
    )
    gift_hours = fields.Integer(
        "Hours Left for an Association",
        default=48,
        required=True,
        help="Food given to an association keeps at least this long before its use-by.",
    )
    deposit_max_kg = fields.Float(
        "Heaviest Deposit",
        default=30.0,
        required=True,
        help="Kilograms. More is a mistake of typing.",
    )
    cleaning_days = fields.Integer(
        "Days Between Cleanings of the Fridge", default=7, required=True
    )

    _fridge_positive = models.Constraint(
        "CHECK (warm_minutes >= 0 AND sensor_per_hour > 0 AND sensor_late_hours > 0 "
        "AND page_per_hour > 0 AND gift_hours >= 0 AND deposit_max_kg > 0 "
        "AND cleaning_days > 0)",
        "The numbers of a policy are positive.",
    )
