from odoo import fields, models


class DrivePolicy(models.Model):
    """What the families' side of the drive is decided by."""

    _inherit = "drive.policy"

    pay_at_pickup = fields.Boolean(
        "Payment at Pick-Up",
        default=True,
        help="Families may pay their basket, or what they add to it, when they fetch it.",
    )
    solidarity_rate = fields.Float(
        "Solidarity Discount",
        default=20.0,
        required=True,
        help="How much less families with the solidarity price pay, in %.",
    )
    gift_amount = fields.Float(
        "Suspended Basket",
        default=5.0,
        required=True,
        help="The gift that the shop proposes to families, in the company's currency.",
    )

    _shop_numbers_fit = models.Constraint(
        "CHECK (solidarity_rate >= 0 AND solidarity_rate <= 100 AND gift_amount >= 0)",
        "A discount is between 0 and 100 %, a gift is not negative.",
    )
