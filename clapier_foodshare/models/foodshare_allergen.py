from odoo import fields, models


class FoodshareAllergen(models.Model):
    """One of the 14 allergens that must be written and visible (EU 1169/2011, annex II)."""

    _name = "foodshare.allergen"
    _description = "Allergen"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.UniqueIndex("(code)", "This allergen exists already.")
