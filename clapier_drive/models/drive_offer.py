from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare, float_is_zero


class DriveOffer(models.Model):
    """One product in one cycle, at the price of that cycle.

    ``quantity_held`` is a counter under a check: what baskets hold of a limited offer.
    """

    _name = "drive.offer"
    _description = "Offer"
    _order = "cycle_id, producer_id, product_id, id"
    _rec_name = "product_id"

    active = fields.Boolean(
        default=True, help="An archived offer takes no more orders."
    )
    cycle_id = fields.Many2one(
        "drive.cycle", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="restrict", index=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    producer_id = fields.Many2one(
        "res.partner", required=True, ondelete="restrict", index=True
    )
    price = fields.Monetary(
        required=True,
        aggregator=None,
        help="What a family pays for one unit, as the product's taxes say.",
    )
    purchase_price = fields.Monetary(
        required=True,
        default=0.0,
        aggregator=None,
        help="What the producer is paid, taxes excluded.",
    )
    quantity_max = fields.Float("At Most", help="Empty or 0: without limit.")
    quantity_held = fields.Float(
        "Held by Baskets", readonly=True, copy=False, default=0.0
    )
    quantity_min = fields.Float(
        "At Least", default=0.0, aggregator=None, help="In one basket."
    )
    step = fields.Float(
        default=1.0,
        required=True,
        aggregator=None,
        help="Quantities are multiples of it.",
    )
    frequency = fields.Integer(
        "One Cycle In",
        default=1,
        required=True,
        aggregator=None,
        help="3: in one cycle of three.",
    )
    phase = fields.Integer(
        aggregator=None, help="Which of them: 0 is the first of the schedule."
    )
    by_weight = fields.Boolean(
        "Charged by Weight", help="Ordered by the piece, charged by what it weighs."
    )
    weight_expected = fields.Float(
        "Expected Weight", aggregator=None, help="Kilograms of one piece."
    )

    _once = models.UniqueIndex(
        "(cycle_id, product_id)", "This product is already offered in this cycle."
    )
    _enough = models.Constraint(
        "CHECK (quantity_held > -0.0005 AND (COALESCE(quantity_max, 0) = 0 "
        "OR quantity_held < quantity_max + 0.0005))",
        "There is not enough left of this product.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (price >= 0 AND purchase_price >= 0 AND step > 0 AND frequency > 0 "
        "AND COALESCE(quantity_max, 0) >= 0 AND COALESCE(quantity_min, 0) >= 0)",
        "Prices and quantities cannot be negative.",
    )
    _weight_is_known = models.Constraint(
        "CHECK (NOT COALESCE(by_weight, FALSE) OR weight_expected > 0)",
        "What is charged by weight has an expected weight.",
    )

    @api.constrains("price", "product_id", "cycle_id")
    def _check_price_is_frozen(self):
        for offer in self:
            if offer.cycle_id.state != "planned":
                raise ValidationError(
                    self.env._(
                        "The cycle is closed: what was offered in it does not change."
                    )
                )

    def _unit_price(self):
        """Return what one unit costs, before it is weighed."""
        self.ensure_one()
        return self.price * (self.weight_expected if self.by_weight else 1)

    def _purchase_unit_price(self):
        """Return what the producer is paid for one unit as ordered, taxes excluded."""
        self.ensure_one()
        return self.purchase_price * (self.weight_expected if self.by_weight else 1)

    def _problem_with(self, quantity):
        """Return the sentence that refuses a quantity of this offer; None if it is fine."""
        self.ensure_one()
        if quantity <= 0:
            return None
        name = self.product_id.display_name
        if not self.active:
            return self.env._("“%s” is no longer offered: take it out.", name)
        if float_compare(quantity, self.quantity_min, precision_digits=3) < 0:
            return self.env._(
                "“%(product)s” is ordered from %(quantity)g on: take more, or none.",
                product=name,
                quantity=self.quantity_min,
            )
        steps = quantity / self.step
        if not float_is_zero(steps - round(steps), precision_digits=3):
            return self.env._(
                "“%(product)s” is ordered by %(step)g: change the quantity.",
                product=name,
                step=self.step,
            )
        return None

    def _drive_check_open(self):
        """Refuse offers whose cycle or producer takes no orders any more.

        :raise UserError: says which, and what to do
        """
        self.cycle_id._check_takes_orders()
        now = fields.Datetime.now()
        for line in self.cycle_id.sudo().producer_ids:
            if (
                line.cutoff_at
                and line.cutoff_at <= now
                and line.partner_id in self.producer_id
            ):
                raise UserError(
                    self.env._(
                        "%s takes no orders any more in this cycle: order without them.",
                        line.partner_id.name,
                    )
                )
