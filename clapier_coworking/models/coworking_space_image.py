from odoo import fields, models


class CoworkingSpaceImage(models.Model):
    """A photo of a space."""

    _name = "coworking.space.image"
    _description = "Photo of a Space"
    _inherit = ["image.mixin"]
    _order = "sequence, id"

    name = fields.Char("Caption", required=True, translate=True)
    sequence = fields.Integer(default=10)
    space_id = fields.Many2one(
        "coworking.space", required=True, ondelete="cascade", index=True
    )
    image_1920 = fields.Image(required=True)
