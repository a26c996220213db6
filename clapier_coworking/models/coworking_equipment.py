from odoo import fields, models


class CoworkingEquipment(models.Model):
    """What a space offers: a screen, a piano, step-free access."""

    _name = "coworking.equipment"
    _description = "Equipment"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    icon = fields.Char(
        default="fa-check", help="A Font Awesome name, such as fa-television."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name)", "This equipment already exists.")
