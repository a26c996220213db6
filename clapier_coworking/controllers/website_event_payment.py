from odoo.http import request

from odoo.addons.website_event_sale.controllers.payment import PaymentPortalOnsite


class CoworkingPaymentPortal(PaymentPortalOnsite):
    """Paying for seats that the order holds."""

    def _validate_transaction_for_order(self, transaction, sale_order):
        """Override of `website_event_sale`: the seats of this order are held already.

        The transaction holds them when it is made, or is refused.
        """
        request.update_context(coworking_seats_held=True)
        return super()._validate_transaction_for_order(transaction, sale_order)
