from odoo import fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    drive_cycle_id = fields.Many2one(
        "drive.cycle", "Order Cycle", readonly=True, index="btree_not_null", copy=False
    )
