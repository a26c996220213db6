from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _action_confirm(self):
        """Override of sale to confirm the bookings that the order pays for."""
        result = super()._action_confirm()
        bookings_sudo = self.sudo().order_line.coworking_booking_id
        bookings_sudo.filtered(lambda booking: booking.state == "awaiting")._confirm()
        return result
