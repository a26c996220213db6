from odoo import fields, models


class DriveCredit(models.Model):
    _inherit = "drive.credit"

    kind = fields.Selection(
        selection_add=[
            ("unpacked", "Missing at the Preparation"),
            ("substitution", "Another Product Instead"),
        ],
        ondelete={"unpacked": "cascade", "substitution": "cascade"},
    )
