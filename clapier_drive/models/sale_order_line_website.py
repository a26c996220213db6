from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Lines of baskets: the frozen price, gifts and fees, what was settled."""

    _inherit = "sale.order.line"

    drive_extra = fields.Selection(
        [("gift", "Gift"), ("fee", "Fee of the Point")], readonly=True, copy=False
    )
    drive_settled_qty = fields.Float(
        readonly=True,
        copy=False,
        help="The quantity that was paid for, or agreed upon; what is above waits for "
        "its payment.",
    )

    @api.model
    def _drive_match_offers(self, vals_list):
        """Override to give families with the solidarity price their price."""
        vals_list = super()._drive_match_offers(vals_list)
        offered = [vals for vals in vals_list if vals.get("drive_offer_id")]
        orders = self.env["sale.order"].browse(
            {vals["order_id"] for vals in offered if vals.get("order_id")}
        )
        factors = {}
        solidarity = self.env["drive.solidarity"]
        for company, baskets in orders.grouped("company_id").items():
            marked = solidarity._marked(baskets.partner_id, company)
            factors.update(
                (basket.id, solidarity._reduced(company))
                for basket in baskets
                if basket.partner_id in marked
            )
        if not factors:
            return vals_list
        offer_sudo = self.env["drive.offer"].sudo()
        return [
            {
                **vals,
                "price_unit": offer_sudo.browse(vals["drive_offer_id"])._shop_price(
                    factors[vals["order_id"]]
                ),
            }
            if vals.get("drive_offer_id") and vals.get("order_id") in factors
            else vals
            for vals in vals_list
        ]

    def _compute_price_unit(self):
        """Override of sale: what a cycle offers keeps its price, whatever is recomputed."""
        frozen = self.filtered(lambda line: line.drive_offer_id or line.drive_extra)
        baskets = frozen.filtered("drive_offer_id").order_id
        solidarity = self.env["drive.solidarity"]
        factors = {
            basket.id: solidarity._factor(basket.partner_id, basket.company_id)
            for basket in baskets.filtered(lambda item: item.state == "draft")
        }
        for line in frozen:
            if line.drive_offer_id and line.order_id.id in factors:
                price = line.drive_offer_id.sudo()._shop_price(
                    factors[line.order_id.id]
                )
                if line.price_unit != price:
                    line.price_unit = price
            else:
                line.price_unit = line.price_unit or 0.0
        return super(SaleOrderLine, self - frozen)._compute_price_unit()

    def _check_availability(self):
        """Override of website_sale_stock: what a cycle offers is not in stock yet."""
        return bool(self.drive_offer_id) or super()._check_availability()

    def _show_in_cart(self):
        """Override of website_sale: what a changed basket no longer takes is not shown."""
        result = super()._show_in_cart()
        if self.order_id.drive_cycle_id and not self.product_uom_qty:
            return False
        return result

    def _is_sellable(self):
        """Override of website_sale: gifts and fees have no page."""
        return not self.drive_extra and super()._is_sellable()
