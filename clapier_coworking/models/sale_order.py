from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """Override of `event_sale` to say which seat is gone instead of a database error."""
        with self.env["event.registration"]._coworking_guard_seats():
            return super().action_confirm()
