from odoo import fields, models


class DrivePoint(models.Model):
    """A place where families fetch their baskets: a shop, a home, a public building."""

    _name = "drive.point"
    _description = "Pick-Up Point"
    _inherit = ["mail.thread", "image.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("shop", "Shop"),
            ("home", "Private Home"),
            ("public", "Public Building"),
            ("community", "Community House"),
            ("institution", "Institution"),
        ],
        required=True,
        default="shop",
    )
    partner_id = fields.Many2one("res.partner", "Address", required=True)
    host_id = fields.Many2one(
        "res.partner", help="Hands the baskets over; told about each cycle."
    )
    start_time = fields.Float("Open From", default=17.0, required=True)
    stop_time = fields.Float("Open Until", default=19.5, required=True)
    crate_max = fields.Integer(
        "Crates",
        default=100,
        required=True,
        help="How many crates the point holds in one cycle.",
        tracking=True,
    )
    cold_max = fields.Float(
        "Cold Litres",
        default=200.0,
        required=True,
        help="How many litres the cold room or boxes of the point hold in one cycle.",
        tracking=True,
    )
    fee = fields.Monetary(
        help="What a basket pays for being fetched here, taxes included."
    )
    distance_km = fields.Float("Kilometres", help="From the preparation hall.")
    instructions = fields.Text(translate=True, help="How to find it, what to bring.")

    _hours_ordered = models.Constraint(
        "CHECK (0 <= start_time AND start_time < stop_time AND stop_time <= 24)",
        "A point opens before it closes.",
    )
    _capacity_positive = models.Constraint(
        "CHECK (crate_max >= 0 AND cold_max >= 0 AND COALESCE(fee, 0) >= 0)",
        "Capacities and fees cannot be negative.",
    )
