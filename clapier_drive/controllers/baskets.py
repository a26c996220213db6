from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .pages import DrivePages

PER_PAGE = 20
PAGE = {"type": "http", "auth": "user", "website": True}
POST = {**PAGE, "methods": ["POST"]}
SAID = ("ordered", "changed", "cancelled", "paid", "recurring")


class DriveBasketsPortal(DrivePages, CustomerPortal):
    """The baskets and the credit of the logged-in family."""

    def _drive_domain(self):
        return [
            ("partner_id", "=", request.env.user.partner_id.id),
            ("drive_cycle_id", "!=", False),
            ("drive_cycle_id.public", "=", "family"),
            "|",
            ("state", "=", "sale"),
            "&",
            ("state", "in", ("draft", "sent", "cancel")),
            ("drive_cycle_id.state", "=", "planned"),
        ]

    def _drive_companies(self):
        """Return the drives at which this family has a credit or a basket, in sudo."""
        partner = request.env.user.partner_id
        company_sudo = request.env["res.company"].sudo()
        found = (
            request.env["sale.order"]
            .sudo()
            ._read_group(
                [("partner_id", "=", partner.id), ("drive_cycle_id", "!=", False)],
                ["company_id"],
            )
        )
        credited = (
            request.env["drive.credit"]
            .sudo()
            ._read_group([("partner_id", "=", partner.id)], ["company_id"])
        )
        return company_sudo.union(*(company for (company,) in [*found, *credited]))

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the baskets and the recurring ones."""
        values = super()._prepare_home_portal_values(counters)
        if "drive_basket_count" in counters:
            order_sudo = request.env["sale.order"].sudo()
            values["drive_basket_count"] = order_sudo.search_count(self._drive_domain())
        return values

    def _drive_portal_values(self, page_name, **values):
        return {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            **values,
        }

    # --- Lists

    @route(["/my/baskets", "/my/baskets/page/<int:page>"], methods=["GET"], **PAGE)
    def drive_baskets(self, page=1, **kw):
        """Show the family's baskets, the next pick-up first, and the next cut-off."""
        order_sudo = request.env["sale.order"].sudo()
        domain = self._drive_domain()
        pager = portal_pager(
            url="/my/baskets",
            total=order_sudo.search_count(domain),
            page=page,
            step=PER_PAGE,
        )
        baskets_sudo = order_sudo.search(
            domain, order="id desc", limit=PER_PAGE, offset=pager["offset"]
        )
        company_sudo = request.website.company_id.sudo()
        partner = request.env.user.partner_id
        return request.render(
            "clapier_drive.portal_my_baskets",
            self._drive_portal_values(
                "drive_baskets",
                baskets=baskets_sudo.sorted(
                    lambda order: (order.drive_cycle_id.date_pickup, order.id),
                    reverse=True,
                ),
                pager=pager,
                balances=[
                    (company, request.env["drive.credit"]._balance(partner, company))
                    for company in self._drive_companies() or company_sudo
                ],
                last=order_sudo._drive_last(partner, company_sudo),
            ),
        )

    @route("/my/credit", methods=["GET"], **PAGE)
    def drive_my_credit(self, **kw):
        """Show the family's credit at each drive: every row, and why."""
        rows_sudo = request.env["drive.credit"].sudo()
        partner = request.env.user.partner_id
        return request.render(
            "clapier_drive.portal_my_credit",
            self._drive_portal_values(
                "drive_credit",
                balances=[
                    (company, rows_sudo._balance(partner, company))
                    for company in self._drive_companies()
                    or request.website.company_id.sudo()
                ],
                rows=rows_sudo.search([("partner_id", "=", partner.id)], limit=200),
                kinds=dict(
                    rows_sudo._fields["kind"]._description_selection(request.env)
                ),
            ),
        )

    # --- One basket

    def _drive_my_basket(self, order_id):
        """Return a basket of the family, in sudo; empty where it is not theirs."""
        order_sudo = request.env["sale.order"].sudo()
        return order_sudo.search(
            [("id", "=", self._drive_id(order_id)), *self._drive_domain()]
        )

    @route("/my/baskets/<int:order_id>", methods=["GET"], **PAGE)
    def drive_basket(self, order_id, done="", **kw):
        """Show one basket: its state, where and when, what is given and why."""
        order_sudo = self._drive_my_basket(order_id)
        if not order_sudo:
            return request.redirect("/my/baskets")
        return request.render(
            "clapier_drive.portal_my_basket",
            self._drive_portal_values(
                "drive_basket",
                basket=order_sudo,
                can_change=order_sudo._drive_can_change(),
                widgets=[
                    line.drive_offer_id._shop_widget(order_sudo.order_line)
                    for line in order_sudo._drive_goods()
                ],
                lines=order_sudo._drive_family_lines(),
                points=order_sudo._drive_points()
                if order_sudo._drive_can_change()
                else [],
                policy=order_sudo._drive_policy(),
                balance=request.env["drive.credit"]._balance(
                    order_sudo.partner_id, order_sudo.company_id
                ),
                gift=order_sudo._drive_gift(),
                fee=sum(
                    order_sudo.order_line.filtered(
                        lambda line: line.drive_extra == "fee"
                    ).mapped("price_total")
                ),
                used=order_sudo._drive_credit_used(),
                done=done if done in SAID else "",
            ),
        )

    def _drive_act(self, order_id, function, done):
        """Do what a family asks about its basket, then show it.

        :param function: called with the basket in sudo
        """
        order_sudo = self._drive_my_basket(order_id)
        if not order_sudo:
            return request.redirect("/my/baskets")
        result, refusal = self._drive_try(function, order_sudo)
        self._drive_say(refusal)
        url = f"/my/baskets/{order_sudo.id}"
        if isinstance(result, str):
            return request.redirect(result)
        return request.redirect(url if refusal else f"{url}?done={done}")

    @route("/my/baskets/<int:order_id>/change", **POST)
    def drive_basket_change(self, order_id, **post):
        """Set the quantities of a basket until the cut-off; the same form twice is once."""

        def change(order_sudo):
            order_sudo._drive_check_can_change()
            for offer in order_sudo._drive_goods().drive_offer_id:
                number = self._drive_number(post.get(f"quantity_{offer.id}", "x"))
                if number is not None:
                    order_sudo._drive_set(offer, max(number, 0.0))

        return self._drive_act(order_id, change, "changed")

    @route("/my/baskets/<int:order_id>/point", **POST)
    def drive_basket_point(self, order_id, point_id="", **post):
        """Fetch a basket at another point of its cycle."""

        def choose(order_sudo):
            order_sudo._drive_check_can_change()
            point_sudo = order_sudo.drive_cycle_id.point_ids.filtered(
                lambda point: point.id == self._drive_id(point_id)
            )
            if not point_sudo:
                raise UserError(request.env._("This point is not open in this cycle."))
            order_sudo._drive_choose_point(point_sudo)

        return self._drive_act(order_id, choose, "changed")

    @route("/my/baskets/<int:order_id>/edit", **POST)
    def drive_basket_edit(self, order_id, **post):
        """Let the shop fill an ordered basket until the family has finished."""

        def edit(order_sudo):
            order_sudo._drive_check_can_change()
            request.session["drive_basket_id"] = order_sudo.id
            request.session["drive_cycle_id"] = order_sudo.drive_cycle_id.id
            return "/shop"

        return self._drive_act(order_id, edit, "")

    @route("/my/baskets/edited", methods=["GET", "POST"], **PAGE)
    def drive_basket_edited(self, **post):
        """Leave the basket that the shop fills and look at it."""
        order_id = request.session.pop("drive_basket_id", 0)
        return request.redirect(
            f"/my/baskets/{order_id}" if order_id else "/my/baskets"
        )

    @route("/my/baskets/<int:order_id>/cancel", **POST)
    def drive_basket_cancel(self, order_id, **post):
        """Cancel a basket until the cut-off; what was paid becomes a credit."""

        def cancel(order_sudo):
            if order_sudo.state == "cancel":
                return
            order_sudo._drive_check_can_change()
            order_sudo._action_cancel()

        return self._drive_act(order_id, cancel, "cancelled")

    @route("/my/baskets/<int:order_id>/credit", **POST)
    def drive_basket_credit(self, order_id, **post):
        """Pay what is due of an ordered basket from the credit."""

        def pay(order_sudo):
            if order_sudo.state == "sale":
                order_sudo._drive_pay_due_with_credit()

        return self._drive_act(order_id, pay, "paid")

    @route("/my/baskets/<int:order_id>/pay", **POST)
    def drive_basket_pay(self, order_id, **post):
        """Go to the online payment of what is due."""

        def pay(order_sudo):
            if order_sudo.state == "sale" and order_sudo.drive_amount_due > 0:
                return f"/my/baskets/{order_sudo.id}/payment"
            return None

        return self._drive_act(order_id, pay, "paid")

    @route("/my/baskets/<int:order_id>/payment", methods=["GET"], **PAGE)
    def drive_basket_payment(self, order_id, **kw):
        """Show the means by which what is due of a basket is paid online."""
        order_sudo = self._drive_my_basket(order_id)
        if order_sudo.state != "sale" or order_sudo.drive_amount_due <= 0:
            return request.redirect(
                f"/my/baskets/{order_sudo.id}" if order_sudo else "/my/baskets"
            )
        return request.render(
            "clapier_drive.portal_basket_payment",
            {
                **self._drive_portal_values("drive_basket", basket=order_sudo),
                **self._get_payment_values(
                    order_sudo, payment_amount=order_sudo.drive_amount_due
                ),
                "landing_route": f"/my/baskets/{order_sudo.id}?done=paid",
            },
        )

    @route("/my/baskets/<int:order_id>/cart", **POST)
    def drive_basket_cart(self, order_id, **post):
        """Go on with a basket that is not ordered yet."""

        def take(order_sudo):
            order_sudo.drive_cycle_id._check_takes_orders()
            if order_sudo.state != "draft":
                return None
            if not order_sudo.website_id:
                order_sudo.website_id = request.website
            request.session["sale_order_id"] = order_sudo.id
            return "/shop/cart"

        return self._drive_act(order_id, take, "")
