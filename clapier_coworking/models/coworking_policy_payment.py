from odoo import fields, models


class CoworkingPolicy(models.Model):
    """How long a payment that is under way keeps a space."""

    _inherit = "coworking.policy"

    transfer_days = fields.Integer(
        "Days for a Transfer",
        default=5,
        required=True,
        help="A bank transfer that was announced keeps the space that long, and never "
        "beyond the start of the booking.",
    )

    _transfer_days_positive = models.Constraint(
        "CHECK (transfer_days >= 0)", "The days for a transfer cannot be negative."
    )
