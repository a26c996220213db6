from odoo import fields, models


class CoworkingClaim(models.Model):
    """Meal services claim the kitchen and the hall."""

    _inherit = "coworking.claim"

    kind = fields.Selection(
        selection_add=[("meal", "Meal Service")], ondelete={"meal": "cascade"}
    )
    foodshare_service_id = fields.Many2one(
        "foodshare.service",
        "Meal Service",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
