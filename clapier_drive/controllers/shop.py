from odoo.http import request, route

from odoo.addons.website_sale.controllers.main import WebsiteSale

from .pages import DrivePages

LINES_MOST = 100
POST = {"type": "http", "auth": "public", "website": True, "methods": ["POST"]}


class DriveShop(DrivePages, WebsiteSale):
    """The shop of a drive: the offers of one open cycle, quantities set and not added."""

    # --- What is shown

    @route()
    def shop(self, *args, **kwargs):
        """Override of website_sale: without an open cycle, say when the next one opens."""
        if request.website.drive_is_shop and not request.website._drive_shop()["cycle"]:
            return request.render("clapier_drive.shop_closed", {})
        return super().shop(*args, **kwargs)

    def _get_additional_shop_values(self, values, **kwargs):
        """Override of website_sale to add the offers of the products of the page."""
        added = super()._get_additional_shop_values(values, **kwargs)
        if request.website.drive_is_shop:
            added["drive_widgets"] = self._drive_widgets(values["products"])
        return added

    def _prepare_product_values(self, product, category, **kwargs):
        """Override of website_sale to add the offers of the product."""
        values = super()._prepare_product_values(product, category, **kwargs)
        if request.website.drive_is_shop:
            values["drive_widgets"] = self._drive_widgets(product)
        return values

    def _drive_widgets(self, templates):
        """Return what the quantity widgets show: {template id: list of values}."""
        shop = request.website._drive_shop()
        offers = request.website._drive_offers(templates)
        basket_sudo = shop["basket"]
        lines_sudo = basket_sudo.order_line
        factor = float(shop["factor"])
        return {
            template.id: [
                {
                    **offer._shop_widget(lines_sudo),
                    "details": offer._shop_details(factor),
                    "price": offer._shop_price(factor),
                    "several": len(offers[template.id]) > 1,
                }
                for offer in offers[template.id]
            ]
            for template in templates
        }

    # --- Choosing a cycle

    @route("/shop/drive/cycle", **POST)
    def drive_cycle(self, cycle_id="", **post):
        """Show another open cycle; a cart that is not ordered moves there."""
        website = request.website
        cycle_sudo = website._drive_open_cycles().filtered(
            lambda cycle: cycle.id == self._drive_id(cycle_id)
        )
        if not cycle_sudo:
            self._drive_say(
                request.env._("Orders for this cycle are closed: choose another one.")
            )
            return request.redirect("/shop")
        request.session["drive_cycle_id"] = cycle_sudo.id
        request.session.pop("drive_basket_id", None)
        cart_sudo = request.cart
        if cart_sudo and cart_sudo.drive_cycle_id != cycle_sudo:
            missing, refusal = self._drive_try(cart_sudo._drive_move_to, cycle_sudo)
            self._drive_say(refusal or " ".join(missing or []), "warning")
        return request.redirect("/shop")

    # --- Filling the basket

    def _drive_put(self, offer_id, quantity):
        """Set how much of an offer the basket of this session takes.

        Sent twice, it counts once: quantities are set, never added.

        :return: (basket in sudo, offer in sudo, sentence of the refusal or None)
        """
        website = request.website
        offer_sudo = self._drive_offer(offer_id)
        number = self._drive_number(quantity)
        shop = website._drive_shop()
        if not website.drive_is_shop or not offer_sudo or number is None:
            return (
                shop["basket"],
                offer_sudo,
                request.env._(
                    "This is not offered any more: choose it in the shop again."
                ),
            )
        _result, refusal = self._drive_try(offer_sudo._drive_check_open)
        if refusal:
            return shop["basket"], offer_sudo, refusal
        if not shop["basket"]:
            # Made before what may be refused and undone.
            request.session["drive_cycle_id"] = offer_sudo.cycle_id.id
            shop["basket"] = website._create_cart()
        basket_sudo = shop["basket"]
        _result, refusal = self._drive_try(
            self._drive_set_quantity, basket_sudo, offer_sudo, max(number, 0.0)
        )
        if basket_sudo.state != "sale":
            request.session["website_sale_cart_quantity"] = basket_sudo.cart_quantity
        return basket_sudo, offer_sudo, refusal

    def _drive_set_quantity(self, basket_sudo, offer_sudo, quantity):
        """Set one quantity; what is left in a cart of another cycle comes along.

        :raise UserError: after the cut-off, an impossible quantity, not enough left
        """
        if (
            basket_sudo.state != "sale"
            and basket_sudo.drive_cycle_id != offer_sudo.cycle_id
        ):
            missing = basket_sudo._drive_move_to(offer_sudo.cycle_id)
            self._drive_say(" ".join(missing), "warning")
        basket_sudo._drive_set(offer_sudo, quantity)
        basket_sudo._drive_refresh_credit()

    @route("/shop/drive/set", **POST)
    def drive_set(self, offer_id="", quantity="", back="", **post):
        """Set a quantity without JavaScript, then show the same page again."""
        # A form holds all offers of a product: the button says which.
        quantity = post.get(f"quantity_{self._drive_id(offer_id)}", quantity)
        _basket, _offer, refusal = self._drive_put(offer_id, quantity)
        self._drive_say(refusal)
        return request.redirect(self._drive_back(back, "/shop"))

    @route(
        "/shop/drive/line",
        type="jsonrpc",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def drive_line(self, offer_id, quantity):
        """Set a quantity and return what the page shows of it, or why it is refused."""
        basket_sudo, offer_sudo, refusal = self._drive_put(offer_id, quantity)
        if not offer_sudo:
            return {"error": refusal}
        widget = offer_sudo._shop_widget(basket_sudo.order_line)
        return {
            "error": refusal,
            "quantity": widget["quantity"],
            "most": widget["most"],
            "cart_quantity": None
            if basket_sudo.state == "sale"
            else basket_sudo.cart_quantity,
            "total": basket_sudo.amount_total,
        }

    @route(
        "/shop/drive/lines",
        type="jsonrpc",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def drive_lines(self, quantities):
        """Set several quantities, one after the other.

        :param quantities: list of [offer id, quantity]
        :return: {offer id: what ``drive_line`` returns}
        """
        return {
            str(offer_id): self.drive_line(offer_id, quantity)
            for offer_id, quantity in quantities[:LINES_MOST]
        }

    @route("/shop/drive/again", **POST)
    def drive_again(self, **post):
        """Fill the cart with what the family ordered last time; say what is missing."""
        website = request.website
        partner = request.env.user.partner_id
        last_sudo = request.env["sale.order"]._drive_last(partner, website.company_id)
        cycle_sudo = website._drive_shop()["cycle"]
        if request.env.user._is_public() or not last_sudo or not cycle_sudo:
            return request.redirect("/shop")
        cart_sudo = request.cart or website._create_cart()

        def fill():
            told = []
            if cart_sudo.drive_cycle_id != cycle_sudo:
                told = cart_sudo._drive_move_to(cycle_sudo)
            told += cart_sudo._drive_fill(last_sudo._drive_wanted())
            if not cart_sudo.drive_cycle_point_id:
                point = last_sudo.drive_cycle_point_id.point_id
                cart_sudo._drive_choose_point(
                    cycle_sudo.point_ids.filtered(lambda item: item.point_id == point)
                )
            cart_sudo._drive_refresh_credit()
            return told

        missing, refusal = self._drive_try(fill)
        request.session["website_sale_cart_quantity"] = cart_sudo.cart_quantity
        if refusal or missing:
            self._drive_say(refusal or " ".join(missing), "warning")
        return request.redirect("/shop/cart")
