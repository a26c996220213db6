import secrets

from odoo import api, fields, models


class DriveCyclePoint(models.Model):
    """A pick-up point in one cycle: its hours, and the room that baskets take there."""

    _name = "drive.cycle.point"
    _description = "Pick-Up Point of a Cycle"
    _order = "cycle_id, point_id, id"
    _rec_name = "point_id"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    point_id = fields.Many2one(
        "drive.point", required=True, ondelete="restrict", index=True
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    crate_max = fields.Integer("Crates at Most", required=True)
    crate_held = fields.Integer("Crates Ordered", readonly=True, copy=False, default=0)
    cold_max = fields.Float("Cold Litres at Most", required=True)
    cold_held = fields.Float(
        "Cold Litres Ordered", readonly=True, copy=False, default=0
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_drive.group_drive_manager",
        help="Opens the host's page of this day.",
    )
    order_ids = fields.One2many("sale.order", "drive_cycle_point_id", "Baskets")

    _once = models.UniqueIndex(
        "(cycle_id, point_id)", "This cycle already has this point."
    )
    _token_unique = models.UniqueIndex("(token)", "This address is taken.")
    _stop_after_start = models.Constraint(
        "CHECK (start < stop)", "A point opens before it closes."
    )
    _crates_fit = models.Constraint(
        "CHECK (crate_held >= 0 AND crate_held <= crate_max)",
        "There is no room left at this point: choose another one.",
    )
    _cold_fits = models.Constraint(
        "CHECK (cold_held >= -0.001 AND cold_held <= cold_max + 0.001)",
        "There is no cold room left at this point: choose another one.",
    )

    crate_rate = fields.Float(
        "Crates Taken",
        compute="_compute_crate_rate",
        help="Of what the point holds, in %.",
    )

    @api.depends("crate_held", "crate_max")
    def _compute_crate_rate(self):
        for point in self:
            point.crate_rate = 100 * point.crate_held / (point.crate_max or 1)

    @api.depends("point_id", "cycle_id")
    def _compute_display_name(self):
        for point in self:
            point.display_name = point.point_id.name
