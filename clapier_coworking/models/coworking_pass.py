from odoo import fields, models

from ..coworking_plan_rules import Pack


class CoworkingPass(models.Model):
    """A product whose sale puts days or hours on the buyer's account: a pass, a pack."""

    _name = "coworking.pass"
    _description = "Pass"
    _order = "company_id, unit, quantity, id"
    _rec_name = "product_id"

    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        domain="[('type', '=', 'service')]",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    unit = fields.Selection(
        [("day", "Day"), ("hour", "Hour")], required=True, default="day"
    )
    quantity = fields.Float(
        required=True, default=1.0, digits=(12, 2), help="Days or hours in one of it."
    )
    price = fields.Float(related="product_id.lst_price", readonly=False)
    validity_months = fields.Integer(
        "Kept, Months",
        default=12,
        required=True,
        help="What is left is lost after that many months. 0: never.",
    )

    _one_per_product = models.UniqueIndex(
        "(product_id, company_id)", "This product is a pass already: change that one."
    )
    _quantity_enough = models.Constraint(
        "CHECK (quantity >= 0.5)", "A pass holds half a day or half an hour at least."
    )
    _validity_positive = models.Constraint(
        "CHECK (validity_months >= 0)", "A number of months cannot be negative."
    )

    def _rules(self):
        """Return the coworking_plan_rules.Packs, names in the language of the context."""
        return tuple(
            Pack(
                key=item.id,
                name=item.product_id.name,
                unit=item.unit,
                quantity=item.quantity,
                price=item.price,
            )
            for item in self
        )
