from odoo import models
from odoo.http import request


class ProductTemplate(models.Model):
    """What a product costs on the website of a drive: what the cycle's offer says."""

    _inherit = "product.template"

    def _get_sales_prices(self, website):
        """Override of website_sale: the price of the offer, no pricelist."""
        if not (website.drive_is_shop and self):
            return super()._get_sales_prices(website)
        offers = website._drive_offers(self)
        factor = float(website._drive_shop()["factor"])
        return {
            template.id: {
                "price_reduce": offers[template.id][:1]._shop_price(factor)
                if offers[template.id]
                else 0.0
            }
            for template in self
        }

    def _get_additionnal_combination_info(
        self, product_or_template, quantity, uom, date, website
    ):
        """Override of website_sale: the price of the offer on the product's page."""
        values = super()._get_additionnal_combination_info(
            product_or_template, quantity, uom, date, website
        )
        if not (request and website.drive_is_shop):
            return values
        template = product_or_template
        if product_or_template._name == "product.product":
            template = product_or_template.product_tmpl_id
        offers = website._drive_offers(template)[template.id]
        if product_or_template._name == "product.product":
            offers = (
                offers.filtered(lambda item: item.product_id == product_or_template)
                or offers
            )
        if offers:
            price = offers[:1]._shop_price(float(website._drive_shop()["factor"]))
            values.update(price=price, list_price=price, has_discounted_price=False)
        return values

    def _is_sold_out(self):
        """Override of website_sale_stock: goods of a cycle are not in stock, they come."""
        if (
            request
            and getattr(request, "website", None)
            and self.env.context.get("website_id")
        ):
            website = request.website
            if website.drive_is_shop:
                offers = website._drive_offers(self)[self.id]
                return not any(offer._left() != 0 for offer in offers)
        return super()._is_sold_out()
