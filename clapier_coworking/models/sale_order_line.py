from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    coworking_booking_id = fields.Many2one(
        "coworking.booking",
        "Booking",
        readonly=True,
        index="btree_not_null",
        copy=False,
    )
