from odoo import fields, models


class CoworkingOption(models.Model):
    """What can be ordered with a booking: coffee, a projector, a caterer's tray."""

    _name = "coworking.option"
    _description = "Option of a Booking"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    description = fields.Char(translate=True)
    price = fields.Monetary(required=True, help="Taxes excluded.")
    per = fields.Selection(
        [("booking", "Booking"), ("person", "Person"), ("hour", "Hour")],
        required=True,
        default="booking",
    )
    notice_hours = fields.Integer(
        help="How many hours before the start it must be ordered at the latest."
    )
    space_ids = fields.Many2many(
        "coworking.space",
        string="Spaces",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        help="Empty: every space of the organisation.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Sold As",
        domain="[('type', '=', 'service')]",
        check_company=True,
        help="Gives the taxes and the account.",
    )

    _numbers_positive = models.Constraint(
        "CHECK (price >= 0 AND COALESCE(notice_hours, 0) >= 0)",
        "Prices and delays cannot be negative.",
    )

    def _quantity(self, attendee_count, hours):
        """Return how many times the price is due for one booking."""
        self.ensure_one()
        return {"booking": 1, "person": attendee_count, "hour": hours}[self.per]
