from odoo import api, models
from odoo.tools import format_amount
from odoo.tools.misc import formatLang


class DriveOffer(models.Model):
    """What the shop says of an offer."""

    _inherit = "drive.offer"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: what families are offered is published."""
        offers = super().create(vals_list)
        templates_sudo = (
            offers.filtered(lambda offer: offer.cycle_id.public == "family")
            .sudo()
            .product_id.product_tmpl_id
        )
        templates_sudo.filtered(lambda item: not item.is_published).is_published = True
        return offers

    def _left(self):
        """Return how much is left of this offer; None where it is not limited."""
        self.ensure_one()
        if not self.quantity_max:
            return None
        return max(round(self.quantity_max - self.quantity_held, 3), 0.0)

    def _shop_price(self, factor=1.0):
        """Return what a family pays for one unit, before it is weighed.

        :param factor: part of the price that this family pays
        """
        self.ensure_one()
        return self.currency_id.round(self._unit_price() * factor)

    def _shop_details(self, factor=1.0):
        """Return what the shop shows beside the price: weight, what is left, quantities."""
        self.ensure_one()
        details = []
        if self.by_weight:
            details.append(
                self.env._(
                    "about %(weight)s kg, %(price)s/kg",
                    weight=formatLang(self.env, self.weight_expected, digits=2)
                    .rstrip("0")
                    .rstrip(",."),
                    price=format_amount(
                        self.env, self.price * factor, self.currency_id
                    ),
                )
            )
        if self.quantity_min > self.step:
            details.append(self.env._("from %s on", f"{self.quantity_min:g}"))
        if self.step != 1:
            details.append(self.env._("by %s", f"{self.step:g}"))
        return details

    def _shop_widget(self, lines):
        """Return what the quantity widget needs.

        :param lines: sale.order.line records of the basket that the shop fills
        """
        self.ensure_one()
        own = lines.filtered(lambda line: line.drive_offer_id == self)
        quantity = sum(own.mapped("product_uom_qty"))
        held = sum(own.mapped("drive_held_qty"))
        left = self._left()
        most = None if left is None else left + held
        return {
            "offer": self,
            "quantity": quantity,
            "left": left,
            "most": most,
            "first": max(self.quantity_min, self.step),
            "sold_out": most is not None and most < max(self.quantity_min, self.step),
        }

    def _fit(self, quantity):
        """Return how much of what is wanted this offer can give now, and why not all.

        :return: (quantity, sentence or None)
        """
        self.ensure_one()
        name = self.product_id.display_name
        steps = round(max(quantity, self.quantity_min) / self.step)
        possible = steps * self.step
        left = self._left()
        if left is not None and possible > left:
            possible = int(left / self.step + 0.0005) * self.step
        if possible < max(self.quantity_min, self.step) - 0.0005:
            return 0.0, self.env._("“%s” is sold out.", name)
        if possible < quantity:
            return possible, self.env._(
                "“%(product)s”: %(left)g left instead of %(wanted)g.",
                product=name,
                left=possible,
                wanted=quantity,
            )
        return possible, None
