from odoo import models


class SaleOrderLine(models.Model):
    """What a line of an institution's basket is charged."""

    _inherit = "sale.order.line"

    def _drive_delivered(self):
        """Return how much of this line is given: what was shared out, else what was ordered."""
        self.ensure_one()
        return self.drive_given_qty if self.drive_rule else self.product_uom_qty
