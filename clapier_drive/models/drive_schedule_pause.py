from odoo import fields, models


class DriveSchedulePause(models.Model):
    """Days without a cycle: holidays, a break of the producers."""

    _name = "drive.schedule.pause"
    _description = "Pause of a Schedule"
    _order = "date_start, id"

    name = fields.Char("Reason", required=True)
    schedule_id = fields.Many2one(
        "drive.schedule", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="schedule_id.company_id", store=True, index=True
    )
    date_start = fields.Date(required=True)
    date_stop = fields.Date(required=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_stop)", "A pause begins before it ends."
    )
