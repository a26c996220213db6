from odoo import fields, models


class CoworkingFloor(models.Model):
    """A floor of the building: its plan is an SVG drawn from the shapes of its spaces."""

    _name = "coworking.floor"
    _description = "Floor"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    width = fields.Integer(default=1000, required=True, help="Units of the plan.")
    height = fields.Integer(default=600, required=True, help="Units of the plan.")
    outline = fields.Char(
        help="Corners of the building on the plan: “x,y x,y x,y”, as in an SVG polygon."
    )
    # Several organisations share one building: a floor belongs to none.
    space_ids = fields.One2many("coworking.space", "floor_id", "Spaces")

    _has_a_size = models.Constraint(
        "CHECK (width > 0 AND height > 0)", "A plan has a width and a height."
    )
