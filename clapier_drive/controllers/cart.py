from odoo.http import request

from odoo.addons.website_sale.controllers.cart import Cart


class DriveCart(Cart):
    """The cart of a drive: orders again by “Same as last time”, no history beside it."""

    def _prepare_order_history(self):
        """Override of website_sale: the history must not cost anything here."""
        if request.website.drive_is_shop:
            return {"order_history": []}
        return super()._prepare_order_history()
