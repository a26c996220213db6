from odoo.http import request, route

from odoo.addons.website_sale.controllers.main import WebsiteSale

from .pages import DrivePages

POST = {"type": "http", "auth": "public", "website": True, "methods": ["POST"]}
GIFT_MOST = 500


class DriveCheckout(DrivePages, WebsiteSale):
    """Checkout of a basket: the point, then the payment; nothing is shipped."""

    def _check_cart(self, order_sudo):
        """Override of website_sale: an account, and a cycle that takes orders."""
        redirection = super()._check_cart(order_sudo)
        if redirection or not order_sudo.drive_cycle_id:
            return redirection
        if request.env.user._is_public():
            return request.redirect("/web/login?redirect=/shop/checkout")
        _result, refusal = self._drive_try(
            order_sudo.drive_cycle_id._check_takes_orders
        )
        if refusal:
            self._drive_say(refusal)
            return request.redirect("/shop/cart")
        if not order_sudo._drive_goods():
            return request.redirect("/shop/cart")
        return None

    # --- The point

    @route()
    def shop_checkout(self, try_skip_step=None, **query_params):
        """Override of website_sale: choose where the basket is fetched."""
        order_sudo = request.cart
        if not order_sudo.drive_cycle_id:
            return super().shop_checkout(try_skip_step=try_skip_step, **query_params)
        request.session["sale_last_order_id"] = order_sudo.id
        if redirection := self._check_cart_and_addresses(order_sudo):
            return redirection
        return request.render(
            "clapier_drive.checkout_point",
            {
                "order": order_sudo,
                "website_sale_order": order_sudo,
                "points": order_sudo._drive_points(),
                "ordered": order_sudo._drive_ordered(),
                "only_services": True,
                "hide_payment_button": True,
                **request.website._get_checkout_step_values(),
            },
        )

    @route("/shop/drive/point", **POST)
    def drive_point(self, point_id="", **post):
        """Choose the point of the cart, keep its goods and go to pay."""
        order_sudo = request.cart
        if not order_sudo.drive_cycle_id:
            return request.redirect("/shop/cart")
        if redirection := self._check_cart_and_addresses(order_sudo):
            return redirection
        point_sudo = order_sudo.drive_cycle_id.point_ids.filtered(
            lambda point: point.id == self._drive_id(point_id)
        )

        def choose():
            order_sudo._drive_choose_point(point_sudo)
            order_sudo._drive_refresh_credit()
            order_sudo._drive_reserve()

        _result, refusal = self._drive_try(choose)
        if refusal:
            self._drive_say(refusal)
            return request.redirect("/shop/checkout")
        return request.redirect("/shop/payment")

    @route("/shop/drive/join", **POST)
    def drive_join(self, **post):
        """Put the cart into the basket that the family has ordered in this cycle."""
        order_sudo = request.cart
        if not order_sudo.drive_cycle_id or request.env.user._is_public():
            return request.redirect("/shop/cart")
        basket_sudo, refusal = self._drive_try(order_sudo._drive_join)
        self._drive_say(refusal)
        if refusal or basket_sudo == order_sudo:
            return request.redirect("/shop/checkout")
        request.session["website_sale_cart_quantity"] = order_sudo.cart_quantity
        return request.redirect(f"/my/baskets/{basket_sudo.id}?done=changed")

    # --- Payment

    @route()
    def shop_payment(self, **post):
        """Override of website_sale to keep the goods while the family pays."""
        order_sudo = request.cart
        if order_sudo.drive_cycle_id:
            if redirection := self._check_cart_and_addresses(order_sudo):
                return redirection
            _result, refusal = self._drive_try(order_sudo._drive_reserve)
            if refusal:
                self._drive_say(refusal)
                return request.redirect(
                    "/shop/cart"
                    if order_sudo.drive_cycle_point_id
                    else "/shop/checkout"
                )
        return super().shop_payment(**post)

    def _get_shop_payment_values(self, order, **kwargs):
        """Override of website_sale to add the credit and the payment at pick-up."""
        values = super()._get_shop_payment_values(order, **kwargs)
        if order.drive_cycle_id:
            policy_sudo = order._drive_policy()
            values.update(
                drive_policy=policy_sudo,
                drive_balance=request.env["drive.credit"]._balance(
                    order.partner_id, order.company_id
                ),
                drive_used=order._drive_credit_used(),
                drive_gift=order._drive_gift(),
            )
        return values

    @route("/shop/drive/credit", **POST)
    def drive_credit(self, use="", **post):
        """Pay the cart from the family's credit, or no longer."""
        order_sudo = request.cart
        if order_sudo.drive_cycle_id and not request.env.user._is_public():
            _result, refusal = self._drive_try(order_sudo._drive_use_credit, bool(use))
            self._drive_say(refusal)
        return request.redirect("/shop/payment")

    @route("/shop/drive/gift", **POST)
    def drive_gift(self, amount="", **post):
        """Set what the cart gives to the suspended baskets."""
        order_sudo = request.cart
        number = self._drive_number(amount, GIFT_MOST)
        if number is None or number < 0:
            self._drive_say(
                request.env._("Give an amount between 0 and %s.", GIFT_MOST)
            )
        elif order_sudo.drive_cycle_id:

            def give():
                order_sudo._drive_set_extra(
                    "gift", order_sudo.currency_id.round(number)
                )
                order_sudo._drive_refresh_credit()

            _result, refusal = self._drive_try(give)
            self._drive_say(refusal)
        return request.redirect("/shop/payment")

    @route("/shop/drive/order", **POST)
    def drive_order(self, order_id="", **post):
        """Order the cart: paid at pick-up, or by the credit. Sent twice, ordered once."""
        env = request.env
        if env.user._is_public():
            return request.redirect("/web/login?redirect=/shop/checkout")
        order_sudo = env["sale.order"].sudo()
        order_sudo = order_sudo.search(
            [
                ("id", "=", self._drive_id(order_id)),
                ("partner_id", "=", env.user.partner_id.id),
                ("website_id", "=", request.website.id),
                ("drive_cycle_id", "!=", False),
                ("state", "in", ("draft", "sent", "sale")),
            ]
        )
        if not order_sudo:
            return request.redirect("/shop")
        _result, refusal = self._drive_try(order_sudo._drive_confirm_at_pickup)
        if refusal:
            self._drive_say(refusal)
            return request.redirect("/shop/cart")
        if request.session.get("sale_order_id") == order_sudo.id:
            request.website.sale_reset()
        return request.redirect(f"/my/baskets/{order_sudo.id}?done=ordered")

    @route()
    def shop_payment_confirmation(self, **post):
        """Override of website_sale: the basket's own page says what comes next."""
        order_sudo = (
            request.env["sale.order"]
            .sudo()
            .browse(request.session.get("sale_last_order_id"))
            .exists()
        )
        if (
            order_sudo.drive_cycle_id
            and order_sudo.partner_id == request.env.user.partner_id
        ):
            return request.redirect(f"/my/baskets/{order_sudo.id}?done=ordered")
        return super().shop_payment_confirmation(**post)
