from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    drive_cycle_id = fields.Many2one(
        "drive.cycle",
        "Order Cycle",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    drive_cycle_point_id = fields.Many2one(
        "drive.cycle.point",
        "Pick-Up Point",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Where these goods leave for.",
    )
