from odoo import fields, models


class DrivePolicy(models.Model):
    """What producers may change by themselves."""

    _inherit = "drive.policy"

    price_change_max = fields.Float(
        "Change of Price at Most",
        default=30.0,
        required=True,
        help="In %. What producers type beyond it is taken for a typing error; the office "
        "enters it.",
    )

    _price_change_positive = models.Constraint(
        "CHECK (price_change_max > 0)", "The numbers of a policy are positive."
    )
