from markupsafe import Markup

from odoo import api, fields, models


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

    plan_preview = fields.Html(compute="_compute_plan_preview", sanitize=False)

    _has_a_size = models.Constraint(
        "CHECK (width > 0 AND height > 0)", "A plan has a width and a height."
    )

    @api.depends("width", "height", "outline", "space_ids.plan_shape", "space_ids.name")
    def _compute_plan_preview(self):
        for floor in self:
            shapes = Markup().join(
                Markup(
                    '<polygon points="{}" fill="#cfe3d8" stroke="#2f3e46" stroke-width="3">'
                    "<title>{}</title></polygon>"
                ).format(space.plan_shape, space.name)
                for space in floor.space_ids
                if space.plan_shape
            )
            floor.plan_preview = Markup(
                '<svg viewBox="0 0 {} {}" style="max-width: 40rem; width: 100%">'
                '<polygon points="{}" fill="#f6f1e7" stroke="#2f3e46" stroke-width="6"/>'
                "{}</svg>"
            ).format(floor.width, floor.height, floor.outline or "", shapes)
