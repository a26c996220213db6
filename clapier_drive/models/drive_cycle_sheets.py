from operator import itemgetter

from odoo import models
from odoo.tools import SQL, groupby

from odoo.addons.clapier_supermarket.models.supermarket_shift_kiosk import _short_name

# One statement for each sheet; names come with it.
BY_PRODUCT = """
    SELECT producer.name, COALESCE(template.name->>%(lang)s, template.name->>'en_US'),
        offer.id, COALESCE(offer.by_weight, FALSE), crate.number, content.quantity
      FROM drive_crate_line content
      JOIN drive_crate crate ON crate.id = content.crate_id
      JOIN drive_offer offer ON offer.id = content.offer_id
      JOIN res_partner producer ON producer.id = offer.producer_id
      JOIN product_product product ON product.id = offer.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE content.cycle_id = %(cycle)s AND content.quantity > 0
     ORDER BY producer.name, 2, offer.id, crate.number
"""
BY_BASKET = """
    SELECT crate.number, crate.is_cold, point.name, basket.name, family.name,
        COALESCE(template.name->>%(lang)s, template.name->>'en_US'),
        COALESCE(offer.by_weight, FALSE),
        content.quantity
      FROM drive_crate_line content
      JOIN drive_crate crate ON crate.id = content.crate_id
      JOIN drive_cycle_point at ON at.id = crate.cycle_point_id
      JOIN drive_point point ON point.id = at.point_id
      JOIN sale_order basket ON basket.id = crate.order_id
      JOIN res_partner family ON family.id = basket.partner_id
      JOIN drive_offer offer ON offer.id = content.offer_id
      JOIN product_product product ON product.id = offer.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE content.cycle_id = %(cycle)s AND content.quantity > 0
     ORDER BY crate.number, 6
"""


class DriveCycle(models.Model):
    """What is printed for the hall: by product, or crate by crate."""

    _inherit = "drive.cycle"

    def _sheet_values(self):
        return {"cycle": self.id, "lang": self.env.lang or "en_US"}

    def _sheet_by_product(self):
        """Return what is picked of each product, then into which crates.

        :return: list of (producer, list of dicts of products)
        """
        self.ensure_one()
        rows = self.env.execute_query(SQL(BY_PRODUCT, **self._sheet_values()))
        sheet = []
        for producer, lines in groupby(rows, itemgetter(0)):
            products = []
            for (name, _offer, by_weight), items in groupby(lines, itemgetter(1, 2, 3)):
                crates = [
                    (number, f"{quantity:g}") for *_row, number, quantity in items
                ]
                products.append(
                    {
                        "name": name,
                        "by_weight": by_weight,
                        "total": f"{sum(float(count) for _number, count in crates):g}",
                        "crates": crates,
                    }
                )
            sheet.append((producer, products))
        return sheet

    def _sheet_by_basket(self):
        """Return what goes into each crate, in the order of the crates.

        :return: list of dicts of crates
        """
        self.ensure_one()
        rows = self.env.execute_query(SQL(BY_BASKET, **self._sheet_values()))
        return [
            {
                "number": number,
                "cold": cold,
                "point": point,
                "basket": basket,
                "family": _short_name(family),
                "lines": [
                    (f"{quantity:g}", name, by_weight)
                    for *_row, name, by_weight, quantity in lines
                ],
            }
            for (number, cold, point, basket, family), lines in groupby(
                rows, itemgetter(0, 1, 2, 3, 4)
            )
        ]
