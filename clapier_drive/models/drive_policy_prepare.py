from odoo import fields, models


class DrivePolicy(models.Model):
    """The rules of the preparation."""

    _inherit = "drive.policy"

    weight_min_rate = fields.Float(
        "Weight at Least",
        default=50.0,
        required=True,
        help="In % of the expected weight; below it, a weight is taken for a mistake.",
    )
    weight_max_rate = fields.Float(
        "Weight at Most",
        default=150.0,
        required=True,
        help="In % of the expected weight; above it, a weight is taken for a mistake.",
    )
    claim_count = fields.Integer(
        "Crates Kept for a Phone",
        default=12,
        required=True,
        help="How many crates one volunteer is sent to at once with a product.",
    )
    claim_minutes = fields.Integer(
        "Minutes Kept",
        default=5,
        required=True,
        help="Crates that a phone has not filled by then are offered to the others.",
    )
    active_minutes = fields.Integer(
        "Minutes of a Volunteer",
        default=10,
        required=True,
        help="Whoever has packed within these minutes counts as at work.",
    )
    pace_minutes = fields.Integer(
        "Minutes of the Pace",
        default=15,
        required=True,
        help="The departure is forecast from what was packed in these minutes.",
    )

    _preparation_positive = models.Constraint(
        "CHECK (weight_min_rate >= 0 AND weight_min_rate < weight_max_rate "
        "AND claim_count > 0 AND claim_minutes > 0 AND active_minutes > 0 "
        "AND pace_minutes > 0)",
        "The numbers of the preparation are positive, and the least weight is below the "
        "most.",
    )
