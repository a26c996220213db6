from odoo import api, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _track_qty_received(self, new_qty):
        """Override of purchase: the reception of the cycle says what has come."""
        if self.order_id.drive_cycle_id:
            return None
        return super()._track_qty_received(new_qty)

    @api.depends("order_id.drive_settlement_mode")
    def _compute_qty_invoiced(self):
        """Override of purchase: what is sold on their behalf is not billed."""
        result = super()._compute_qty_invoiced()
        self.filtered(
            lambda line: line.order_id.drive_settlement_mode == "mandate"
        ).qty_to_invoice = 0.0
        return result
