from odoo import fields, models


class DriveCredit(models.Model):
    """What the evening changes in credits, each once under a key."""

    _inherit = "drive.credit"

    kind = fields.Selection(
        selection_add=[("unclaimed", "Basket Not Fetched")],
        ondelete={"unclaimed": "cascade"},
    )
    handover_key = fields.Char(readonly=True, help="The same key counts once.")
    problem_ids = fields.One2many(
        "drive.problem", "credit_id", "Problems Credited", readonly=True
    )

    _once_per_handover = models.UniqueIndex(
        "(handover_key) WHERE handover_key IS NOT NULL", "This was counted already."
    )
