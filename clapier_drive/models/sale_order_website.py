from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class SaleOrder(models.Model):
    """A basket on the website: filled, changed until the cut-off, repeated, cancelled."""

    _inherit = "sale.order"

    drive_due_until = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What was added to a paid basket and is not paid by then is taken out again.",
    )

    # --- What the shop asks of a cart

    def _compute_cart_info(self):
        """Override of website_sale: baskets are fetched, nothing is shipped."""
        result = super()._compute_cart_info()
        baskets = self.filtered("drive_cycle_id")
        baskets.only_services = True
        for basket in baskets:
            basket.cart_quantity = len(
                basket.order_line.filtered(
                    lambda line: line.drive_offer_id and line.product_uom_qty
                )
            )
        return result

    def _verify_updated_quantity(
        self, order_line, product_id, new_qty, uom_id, **kwargs
    ):
        """Override of website_sale: the offer says what can be ordered.

        :raise UserError: closed, not offered, an impossible quantity
        """
        if not (self.website_id.drive_is_shop or self.drive_cycle_id):
            return super()._verify_updated_quantity(
                order_line, product_id, new_qty, uom_id, **kwargs
            )
        if order_line and not order_line.drive_offer_id:
            return new_qty, ""
        offer_sudo = (
            self.env["drive.offer"]
            .sudo()
            .search(
                [
                    ("cycle_id", "=", self.drive_cycle_id.id),
                    ("product_id", "=", product_id),
                ]
            )
        )
        if not offer_sudo:
            raise UserError(
                self.env._("This is not offered any more: choose it in the shop again.")
            )
        self._drive_check_quantity(offer_sudo, new_qty)
        return new_qty, ""

    def _drive_check_quantity(self, offer, quantity):
        """Refuse what cannot be put into a basket now.

        :raise UserError: closed, an impossible quantity, not enough left
        """
        offer._drive_check_open()
        if problem := offer._problem_with(quantity):
            raise UserError(problem)
        line = self.order_line.filtered(lambda item: item.drive_offer_id == offer)
        left = offer._left()
        if (
            left is not None
            and float_compare(
                quantity, left + sum(line.mapped("drive_held_qty")), precision_digits=3
            )
            > 0
        ):
            raise UserError(offer._tell_missing({offer.id: quantity}))

    def _check_cart_is_ready_to_be_paid(self):
        """Override of website_sale: goods and room are kept from now on."""
        self._drive_reserve()
        return super()._check_cart_is_ready_to_be_paid()

    def _drive_goods(self):
        """Return the lines of goods, those that were taken out left out."""
        return self.order_line.filtered(
            lambda line: line.drive_offer_id and line.product_uom_qty
        )

    # --- Filling

    def _drive_set(self, offer, quantity):
        """Set how much of one offer this basket takes; a confirmed one is settled.

        :return: the sale.order.line, if there is one
        :raise UserError: after the cut-off, an impossible quantity, not enough left
        """
        self.ensure_one()
        if self.state not in ("draft", "sent", "sale") or self.locked:
            raise UserError(
                self.env._("This basket does not change any more: order again.")
            )
        if offer.cycle_id == self.drive_cycle_id:
            self._drive_check_quantity(offer, quantity)
        line = self._drive_add(offer, quantity)
        if self.state == "sale":
            self._drive_settle()
        elif line and not line.product_uom_qty:
            line.unlink()
        return line.exists()

    def _drive_fill(self, wanted):
        """Put products into this basket, as far as its cycle offers them.

        :param wanted: {product.product: quantity}
        :return: list of sentences: what is missing and why
        """
        self.ensure_one()
        offers = {
            offer.product_id: offer
            for offer in self.env["drive.offer"]
            .sudo()
            .search(
                [
                    ("cycle_id", "=", self.drive_cycle_id.id),
                    ("product_id", "in", [product.id for product in wanted]),
                ]
            )
        }
        missing, accepted = [], []
        for product, quantity in wanted.items():
            offer = offers.get(product)
            if not offer:
                missing.append(
                    self.env._("“%s” is not offered this time.", product.display_name)
                )
                continue
            quantity, told = offer._fit(quantity)
            if told:
                missing.append(told)
            if quantity:
                accepted.append((offer, quantity))
        self._drive_add_many(accepted)
        return missing

    def _drive_add_many(self, offers):
        """Set how much this basket takes of several offers: one creation for all.

        :param offers: list of (drive.offer, quantity that is possible)
        """
        lines = {
            line.drive_offer_id: line
            for line in self.order_line.filtered("drive_offer_id")
        }
        created = []
        for offer, quantity in offers:
            if offer in lines:
                lines[offer].product_uom_qty = quantity
            else:
                created.append(
                    {
                        "order_id": self.id,
                        "product_id": offer.product_id.id,
                        "product_uom_qty": quantity,
                        "price_unit": offer._unit_price(),
                        "drive_offer_id": offer.id,
                    }
                )
        self.env["sale.order.line"].create(created)

    def _drive_move_to(self, cycle):
        """Move a basket that is not ordered yet to another cycle.

        :return: list of sentences: what is missing there
        """
        self.ensure_one()
        wanted = self._drive_wanted()
        point = self.drive_cycle_point_id.point_id
        self._drive_release()
        self.order_line.filtered("drive_offer_id").unlink()
        self.write({"drive_cycle_id": cycle.id, "drive_cycle_point_id": False})
        same = cycle.point_ids.filtered(lambda item: item.point_id == point)
        self._drive_choose_point(same[:1])
        return self._drive_fill(wanted)

    def _drive_wanted(self):
        """Return what this basket takes: {product: quantity}."""
        return {line.product_id: line.product_uom_qty for line in self._drive_goods()}

    # --- Point

    def _drive_points(self):
        """Return the points of this basket's cycle and why some cannot be chosen.

        :return: list of (drive.cycle.point, sentence or None)
        """
        self.ensure_one()
        crates, cold = self._drive_room()
        points = []
        for point in self.drive_cycle_id.point_ids:
            own = point == self.drive_held_point_id
            crates_left = point.crate_max - point.crate_held
            cold_left = point.cold_max - point.cold_held
            if own:
                crates_left += self.drive_held_crates
                cold_left += self.drive_held_cold
            problem = None
            if crates > crates_left:
                problem = self.env._("Full: no crate is left here.")
            elif cold > cold_left + 0.001:
                problem = self.env._("Full: its fridge has no room for your basket.")
            points.append((point, problem))
        return points

    def _drive_choose_point(self, point):
        """Choose where a basket is fetched, with its fee; none takes the choice back."""
        self.ensure_one()
        if point and point.cycle_id != self.drive_cycle_id:
            raise UserError(self.env._("This point is not open in this cycle."))
        if self.drive_cycle_point_id != point:
            self.drive_cycle_point_id = point
        self._drive_set_extra(
            "fee",
            point.point_id.fee if point else 0.0,
            self.env._("Pick-up at %s", point.point_id.name) if point else "",
        )
        if self.state == "sale":
            self._drive_settle()

    def _drive_set_extra(self, kind, amount, name=None):
        """Set the gift or the fee of a basket: one line, taken out at 0.

        :param kind: gift or fee
        :param amount: taxes included
        """
        self.ensure_one()
        line = self.order_line.filtered(lambda item: item.drive_extra == kind)
        if not amount:
            if self.state == "sale":
                line.write({"product_uom_qty": 0})
            else:
                line.unlink()
            return
        product_sudo = self.env.ref(f"clapier_drive.product_{kind}").sudo()
        values = {"price_unit": amount, "product_uom_qty": 1}
        if name:
            values["name"] = name
        if line:
            line.write(values)
            return
        self.env["sale.order.line"].create(
            {
                **values,
                "name": name or product_sudo.name,
                "order_id": self.id,
                "product_id": product_sudo.id,
                "drive_extra": kind,
                "sequence": 90,
            }
        )

    # --- Again

    def _drive_last(self, partner, company):
        """Return the last basket that a family ordered, in sudo."""
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("drive_cycle_id", "!=", False),
                ("state", "=", "sale"),
            ],
            order="date_order desc, id desc",
            limit=1,
        )

    def _drive_can_change(self):
        """Return whether the family may still change or cancel this basket."""
        self.ensure_one()
        return bool(
            self.state == "sale" and not self.locked and self.drive_cycle_id.is_open
        )

    def _drive_check_can_change(self):
        """Refuse changes after the cut-off.

        :raise UserError: says so
        """
        self.drive_cycle_id._check_takes_orders()
        if not self._drive_can_change():
            raise UserError(
                self.env._("This basket does not change any more: order again.")
            )
