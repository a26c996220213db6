from odoo import fields, models

from ..coworking_tariff import DAY, EVENING, HALF_DAY, HOUR


class CoworkingPrice(models.Model):
    """A price of a space for a public: by hour, half-day, day or evening, taxes excluded."""

    _name = "coworking.price"
    _description = "Price of a Space"
    _order = "space_id, public_id, unit, id"
    _rec_name = "unit"

    space_id = fields.Many2one(
        "coworking.space", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="space_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    public_id = fields.Many2one(
        "coworking.public", ondelete="restrict", help="Empty: everybody else."
    )
    unit = fields.Selection(
        [
            (HOUR, "Hour"),
            (HALF_DAY, "Half-Day"),
            (DAY, "Day"),
            (EVENING, "Evening"),
        ],
        required=True,
        default=HOUR,
    )
    amount = fields.Monetary("Price", required=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Only Within",
        ondelete="restrict",
        help="Off-peak hours: the price counts for a use that lies wholly within them.",
    )

    _one_per_unit = models.UniqueIndex(
        "(space_id, COALESCE(public_id, 0), unit, COALESCE(calendar_id, 0))",
        "This space already has a price for this public and unit: change that one.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A price cannot be negative."
    )
