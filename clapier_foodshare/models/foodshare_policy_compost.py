from odoo import fields, models


class FoodsharePolicy(models.Model):
    """The rules of the shared composters."""

    _inherit = "foodshare.policy"

    compost_week_limit = fields.Float(
        "Composter: kg a Week at Most",
        default=1000.0,
        required=True,
        help="Kitchen waste that one shared composter may take in a week, by law.",
    )
    compost_bucket_weight = fields.Float(
        "Composter: kg per Bucket",
        default=4.0,
        required=True,
        help="Counted for a bucket that nobody has weighed.",
    )
    compost_visit_weight_max = fields.Float(
        "Composter: kg a Visit at Most",
        default=200.0,
        required=True,
        help="More than that in one visit is taken for a mistake of typing.",
    )
    compost_visit_days = fields.Integer(
        "Composter: Days Between Visits",
        default=7,
        required=True,
        help="A bin that gets fresh waste is a worry after so many days without a visit.",
    )
    compost_cold = fields.Float(
        "Composter: Cold Under (°C)", default=40.0, required=True
    )
    compost_hot = fields.Float(
        "Composter: Too Hot Above (°C)", default=70.0, required=True
    )
    compost_maturing_days = fields.Integer(
        "Composter: Days to Ripen", default=180, required=True
    )

    _compost_positive = models.Constraint(
        "CHECK (compost_week_limit > 0 AND compost_bucket_weight > 0 "
        "AND compost_visit_weight_max > 0 AND compost_visit_days > 0 "
        "AND compost_maturing_days > 0 AND compost_cold < compost_hot)",
        "The numbers of the composters are positive, and cold is less than hot.",
    )
