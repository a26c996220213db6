from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _drive_quantity_given(self):
        """Return how much of this line the family gets: all of it before the sharing out."""
        self.ensure_one()
        return self.drive_given_qty if self.drive_rule else self.product_uom_qty
