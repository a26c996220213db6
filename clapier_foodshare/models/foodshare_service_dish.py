from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MOVE_PORTIONS = """
    WITH locked AS (
        SELECT id FROM foodshare_service_dish WHERE id = ANY(%(ids)s) ORDER BY id
        FOR NO KEY UPDATE
    )
    UPDATE foodshare_service_dish dish
       SET portion_taken = portion_taken + moved.quantity
      FROM unnest(%(ids)s, %(quantities)s::int[]) AS moved(id, quantity), locked
     WHERE dish.id = moved.id AND locked.id = dish.id
 RETURNING dish.id
"""


class FoodshareServiceDish(models.Model):
    """A dish on the menu of one service: its price, and the portions that are taken."""

    _name = "foodshare.service.dish"
    _description = "Dish of a Service"
    _order = "service_id, sequence, id"
    _rec_name = "product_id"

    service_id = fields.Many2one(
        "foodshare.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Dish",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('foodshare_is_dish', '=', True)]",
    )
    price = fields.Monetary(
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        help="Taxes included.",
    )
    portion_max = fields.Integer("Portions", default=40, required=True)
    portion_taken = fields.Integer("Reserved", readonly=True, copy=False, default=0)
    portion_left = fields.Integer("Left", compute="_compute_portion_left")
    allergen_ids = fields.Many2many(
        related="product_id.product_tmpl_id.foodshare_all_allergen_ids",
        string="Allergens",
    )

    _once = models.UniqueIndex(
        "(service_id, product_id)", "This dish is already on the menu."
    )
    _never_oversold = models.Constraint(
        "CHECK (portion_taken >= 0 AND portion_taken <= portion_max)",
        "There are not enough portions left: take less, or another dish.",
    )
    _price_positive = models.Constraint(
        "CHECK (COALESCE(price, 0) >= 0)", "A price cannot be negative."
    )

    @api.depends("product_id")
    def _compute_price(self):
        for dish in self:
            dish.price = dish.product_id.lst_price

    @api.depends("portion_max", "portion_taken")
    def _compute_portion_left(self):
        for dish in self:
            dish.portion_left = dish.portion_max - dish.portion_taken

    @api.model
    def _take(self, moves):
        """Add to the portions that are taken: one statement, in the order of ids.

        :param moves: list of (dish id, portions), negative to give back
        :raise UserError: not enough portions are left
        """
        totals = {}
        for dish_id, quantity in moves:
            totals[dish_id] = totals.get(dish_id, 0) + quantity
        ids = sorted(dish_id for dish_id, quantity in totals.items() if quantity)
        if not ids:
            return
        self.flush_model()
        try:
            with self.env.cr.savepoint():
                self.env.execute_query(
                    SQL(
                        MOVE_PORTIONS,
                        ids=ids,
                        quantities=[totals[dish_id] for dish_id in ids],
                    )
                )
        except CheckViolation as error:
            raise UserError(self._tell_missing(totals)) from error
        self.browse(ids).invalidate_recordset(["portion_taken", "portion_left"])

    @api.model
    def _tell_missing(self, totals):
        """Return the sentence that names what there are not enough portions of."""
        dishes_sudo = self.sudo().browse(totals)
        short = dishes_sudo.filtered(
            lambda dish: dish.portion_taken + totals[dish.id] > dish.portion_max
        )
        # Where nobody is seen, somebody was quicker by an instant.
        return self.env._(
            "There are not enough portions left of %s: take less, or another dish.",
            ", ".join(
                f"{dish.product_id.name} ({max(dish.portion_left, 0)})"
                for dish in short or dishes_sudo
            ),
        )
