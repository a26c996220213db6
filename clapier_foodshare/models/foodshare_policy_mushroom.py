from odoo import fields, models


class FoodsharePolicy(models.Model):
    """What is expected of the mushrooms."""

    _inherit = "foodshare.policy"

    mushroom_incubation_days = fields.Integer(
        "Mushrooms: Days to the First Flush", default=21, required=True
    )
    mushroom_interval_days = fields.Integer(
        "Mushrooms: Days Between Flushes", default=14, required=True
    )
    mushroom_flush_max = fields.Integer(
        "Mushrooms: Flushes of a Batch", default=3, required=True
    )
    mushroom_efficiency = fields.Float(
        "Mushrooms: Efficiency Expected (%)",
        default=75.0,
        required=True,
        help="Fresh weight over dry substrate, all flushes of a batch together.",
    )

    _mushroom_positive = models.Constraint(
        "CHECK (mushroom_incubation_days > 0 AND mushroom_interval_days > 0 "
        "AND mushroom_flush_max > 0 AND mushroom_efficiency > 0)",
        "The numbers of the mushrooms are positive.",
    )
