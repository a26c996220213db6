from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    drive_crate_ids = fields.One2many(
        "drive.crate", "order_id", "Crates to Hand Over", copy=False
    )
