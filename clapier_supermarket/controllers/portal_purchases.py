from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class SupermarketPurchasesPortal(CustomerPortal):
    """What a person bought at the till, read by that person alone."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the purchases of the logged-in person."""
        values = super()._prepare_home_portal_values(counters)
        if "supermarket_purchase_count" in counters:
            values["supermarket_purchase_count"] = (
                request.env["pos.order"]
                .sudo()
                .search_count(self._supermarket_purchase_domain())
            )
        return values

    def _supermarket_purchase_domain(self):
        """Return the domain of the purchases of the logged-in person."""
        return request.env["pos.order"]._supermarket_portal_domain(
            request.env.user.partner_id
        )

    def _supermarket_purchase_sortings(self):
        """Return ``{key: {"label", "order"}}``: the orders a person may choose."""
        return {
            "date": {
                "label": request.env._("Newest first"),
                "order": "date_order desc, id desc",
            },
            "oldest": {
                "label": request.env._("Oldest first"),
                "order": "date_order, id",
            },
            "amount": {
                "label": request.env._("Largest first"),
                "order": "amount_total desc, id desc",
            },
        }

    def _supermarket_purchase_filters(self):
        """Return ``{key: {"label", "domain"}}``: the periods a person may choose."""
        today = fields.Date.context_today(request.env.user)

        def since(date):
            return Domain("date_order", ">=", date)

        this_year = today.replace(month=1, day=1)
        return {
            "all": {"label": request.env._("Whole time"), "domain": Domain.TRUE},
            "month": {
                "label": request.env._("This month"),
                "domain": since(today.replace(day=1)),
            },
            "quarter": {
                "label": request.env._("Last three months"),
                "domain": since(today - relativedelta(months=3)),
            },
            "year": {
                "label": request.env._("This year"),
                "domain": since(this_year),
            },
            "last_year": {
                "label": request.env._("Last year"),
                "domain": since(this_year - relativedelta(years=1))
                & Domain("date_order", "<", this_year),
            },
        }

    @route(
        ["/my/purchases", "/my/purchases/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def supermarket_purchases(self, page=1, sortby=None, filterby=None, **kw):
        """List the purchases of the logged-in person; unknown choices mean the first one."""
        sortings = self._supermarket_purchase_sortings()
        filters = self._supermarket_purchase_filters()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain = self._supermarket_purchase_domain() & filters[filterby]["domain"]
        PosOrderSudo = request.env["pos.order"].sudo()
        pager = portal_pager(
            url="/my/purchases",
            url_args={"sortby": sortby, "filterby": filterby},
            total=PosOrderSudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        orders_sudo = PosOrderSudo.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=max(pager["offset"], 0),
        )
        return request.render(
            "clapier_supermarket.portal_my_purchases",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "supermarket_purchases",
                "orders": orders_sudo,
                "pager": pager,
                "sortings": sortings,
                "sortby": sortby,
                "filters": filters,
                "filterby": filterby,
            },
        )

    @route(
        "/my/purchases/<int:order_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def supermarket_purchase(self, order_id, **kw):
        """Show one purchase; somebody else's sends home, as core does."""
        order_sudo = (
            request.env["pos.order"]
            .sudo()
            .search(self._supermarket_purchase_domain() & Domain("id", "=", order_id))
        )
        if not order_sudo:
            return request.redirect("/my")
        return request.render(
            "clapier_supermarket.portal_my_purchase",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "supermarket_purchases",
                "purchase": order_sudo,
                "piece": request.env.ref("uom.product_uom_unit").sudo(),
                "vat_rows": order_sudo._supermarket_vat_summary(),
            },
        )
