from odoo import fields, models


class DriveAbsence(models.Model):
    """Days on which a producer offers nothing."""

    _name = "drive.absence"
    _description = "Absence of a Producer"
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Producer", required=True, ondelete="cascade", index=True
    )
    date_start = fields.Date(required=True)
    date_stop = fields.Date(required=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_stop)", "An absence begins before it ends."
    )
