from odoo import models
from odoo.exceptions import UserError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Override of sale: money that comes too late for its basket becomes a credit."""
        confirmed = self.env["sale.order"]
        for transaction in self:
            baskets = transaction.sale_order_ids.filtered("drive_cycle_id")
            if not baskets:
                confirmed |= super(
                    PaymentTransaction, transaction
                )._check_amount_and_confirm_order()
                continue
            try:
                with self.env.cr.savepoint():
                    confirmed |= super(
                        PaymentTransaction, transaction
                    )._check_amount_and_confirm_order()
            except UserError:
                baskets._drive_credit_late(transaction)
            for basket in baskets.filtered(lambda order: order.state == "sale"):
                basket._drive_settle()
        return confirmed
