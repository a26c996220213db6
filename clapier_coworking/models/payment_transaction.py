from odoo import api, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of sale to hold the seats of trainings before anything is paid.

        :raise UserError: a seat of the order is gone: nothing is paid then
        """
        transactions = super().create(vals_list)
        transactions.sudo().sale_order_ids._coworking_registrations()._coworking_hold()
        return transactions

    def _set_pending(self, **kwargs):
        """Override of payment to keep the time of what a transfer under way pays for."""
        transactions = super()._set_pending(**kwargs)
        bookings_sudo = (
            transactions.sudo().sale_order_ids.order_line.coworking_booking_id
        )
        bookings_sudo._await_transfer()
        return transactions

    def _post_process(self):
        """Override of sale to revive the bookings whose payment came too late, if it can be."""
        paid = self.filtered(lambda tx: tx.state in ("authorized", "done"))
        orders_sudo = paid.sudo().sale_order_ids
        orders_sudo.filtered(
            lambda order: order.state in ("draft", "sent")
        )._coworking_keep_paid_seats()
        bookings_sudo = paid.sudo().sale_order_ids.order_line.coworking_booking_id
        bookings_sudo.filtered(lambda booking: booking.state == "expired")._paid_late()
        return super()._post_process()
