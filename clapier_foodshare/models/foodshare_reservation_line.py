from odoo import api, fields, models


class FoodshareReservationLine(models.Model):
    """Portions of one dish, at the price of the day they were reserved."""

    _name = "foodshare.reservation.line"
    _description = "Dish of a Reservation"
    _order = "reservation_id, id"

    reservation_id = fields.Many2one(
        "foodshare.reservation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="reservation_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    dish_id = fields.Many2one(
        "foodshare.service.dish",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('service_id', '=', parent.service_id)]",
    )
    quantity = fields.Integer("Portions", required=True, default=1)
    price = fields.Monetary(
        compute="_compute_price", store=True, precompute=True, help="Taxes included."
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A reservation takes one portion at least."
    )
    _once = models.UniqueIndex(
        "(reservation_id, dish_id)", "This dish is in the reservation already."
    )

    # Frozen: what the dish costs later does not change what was promised.
    @api.depends("dish_id")
    def _compute_price(self):
        for line in self:
            line.price = line.dish_id.price

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to take the portions."""
        lines = super().create(vals_list)
        self.env["foodshare.service.dish"]._take(
            [
                (line.dish_id.id, line.quantity)
                for line in lines
                if line.reservation_id.state == "reserved"
            ]
        )
        return lines

    def write(self, vals):
        """Override of base to take or give back the difference."""
        before = [
            (line.dish_id.id, -line.quantity)
            for line in self
            if line.reservation_id.state == "reserved"
        ]
        result = super().write(vals)
        if {"dish_id", "quantity"} & vals.keys():
            self.env["foodshare.service.dish"]._take(
                before
                + [
                    (line.dish_id.id, line.quantity)
                    for line in self
                    if line.reservation_id.state == "reserved"
                ]
            )
        return result

    def unlink(self):
        """Override of base to give back the portions."""
        self.env["foodshare.service.dish"]._take(
            [
                (line.dish_id.id, -line.quantity)
                for line in self
                if line.reservation_id.state == "reserved"
            ]
        )
        return super().unlink()
