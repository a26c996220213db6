from odoo import fields, models


class SupermarketShiftSection(models.Model):
    """Where in the shop people work: till, shelves, reception, cleaning, …"""

    _name = "supermarket.shift.section"
    _description = "Section"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: of every cooperative."
    )
    skill_ids = fields.Many2many(
        "supermarket.shift.skill",
        string="Skills Needed",
        help="Somebody with all of them must be on each shift; new templates copy them.",
    )
    description = fields.Text(
        translate=True, help="What people do there, for the portal."
    )
    member_ids = fields.Many2many(
        "supermarket.shift.member",
        string="Preferred By",
        groups="clapier_supermarket.group_supermarket_user",
    )
