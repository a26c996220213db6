from odoo import fields, models


class DriveCyclePoint(models.Model):
    _inherit = "drive.cycle.point"

    crate_ids = fields.One2many("drive.crate", "cycle_point_id", "Crates")
