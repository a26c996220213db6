from odoo import fields, models


class CoworkingPublic(models.Model):
    """A kind of people who share prices: members, associations, inhabitants, companies."""

    _name = "coworking.public"
    _description = "Public"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    for_plans = fields.Boolean(
        "People With a Plan",
        help="Whoever has a running plan belongs to this public.",
    )
    for_companies = fields.Boolean(
        "Default for Companies", help="Otherwise the default for people."
    )
