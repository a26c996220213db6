from odoo import api, models


class DriveDemo(models.AbstractModel):
    """What the demo's families see: published products in categories, a gift or two."""

    _inherit = "drive.demo"

    @api.model
    def _load_shop(self):
        """Publish what is offered, in one category per producer, and give two gifts."""
        self = self._company_self()
        offers = self.env["drive.offer"].search(
            [
                ("company_id", "=", self._ref("company_intervals").id),
                ("cycle_id.public", "=", "family"),
            ]
        )
        templates = offers.product_id.product_tmpl_id
        templates.is_published = True
        website = self._ref("website_supercagette")
        for producer, made in offers.grouped("producer_id").items():
            category = self.env["product.public.category"].create(
                {"name": producer.name, "website_id": website.id}
            )
            made.product_id.product_tmpl_id.public_categ_ids = category
        baskets = self.env["sale.order"].search(
            [
                ("drive_cycle_id", "in", offers.cycle_id.ids),
                ("drive_cycle_id.is_open", "=", True),
                ("state", "=", "sale"),
            ],
            limit=2,
        )
        for basket in baskets:
            basket._drive_set_extra("gift", 5.0)
            basket._drive_settle()
