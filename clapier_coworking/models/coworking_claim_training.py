from odoo import fields, models


class CoworkingClaim(models.Model):
    _inherit = "coworking.claim"

    session_id = fields.Many2one(
        "coworking.session", readonly=True, ondelete="restrict", index="btree_not_null"
    )
