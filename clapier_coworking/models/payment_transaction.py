from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Override of sale to revive the bookings whose payment came too late, if it can be."""
        paid = self.filtered(lambda tx: tx.state in ("authorized", "done"))
        bookings_sudo = paid.sudo().sale_order_ids.order_line.coworking_booking_id
        bookings_sudo.filtered(lambda booking: booking.state == "expired")._paid_late()
        return super()._post_process()
