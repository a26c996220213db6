from odoo import models


class SaleOrder(models.Model):
    """One basket for one pick-up: what is ordered later joins what was ordered before."""

    _inherit = "sale.order"

    def _drive_ordered(self):
        """Return the basket that this cart's family has ordered in the same cycle, in sudo."""
        self.ensure_one()
        found = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("partner_id", "=", self.partner_id.id),
                ("drive_cycle_id", "=", self.drive_cycle_id.id),
                ("state", "=", "sale"),
            ],
            order="id desc",
            limit=1,
        )
        return found if found and found._drive_can_change() else found.browse()

    def _drive_join(self):
        """Put what is in this cart into the basket that the family has ordered already.

        Done twice, the second time changes nothing: the cart is empty then.

        :return: the basket
        :raise UserError: after the cut-off, not enough left
        """
        self.ensure_one()
        basket = self._drive_ordered()
        if not basket:
            return self
        wanted = [
            (line.drive_offer_id, line.product_uom_qty) for line in self._drive_goods()
        ]
        had = {
            line.drive_offer_id: line.product_uom_qty for line in basket._drive_goods()
        }
        gift = self._drive_gift() + basket._drive_gift()
        self._drive_release()
        self.order_line.unlink()
        basket._drive_set_extra("gift", gift)
        for offer, quantity in wanted:
            basket._drive_set(offer, quantity + had.get(offer, 0.0))
        return basket

    def _drive_gift(self):
        """Return what this basket gives to the suspended baskets."""
        lines = self.order_line.filtered(lambda line: line.drive_extra == "gift")
        return sum(lines.mapped("price_total"))
