from odoo import api, models
from odoo.fields import Domain

from ..drive_crates import crate_count

ORDERS_SHOWN = 60


class DriveCycleProducer(models.Model):
    """What a producer sees of their orders: totals of products, never a family."""

    _inherit = "drive.cycle.producer"

    @api.model
    def _portal_orders(self, partner):
        """Return what will be and was ordered from this person's producers, in sudo.

        The next pick-up comes first, then those after it, then the past ones backwards.
        """
        found = self.sudo().search(
            partner._drive_producers_domain("partner_id")
            & Domain("cycle_id.state", "!=", "cancelled"),
            # As cycles are ordered: the last pick-up first
            order="cycle_id, id desc",
            limit=ORDERS_SHOWN,
        )
        today = self.env.company._drive_today()
        past = found.filtered(lambda line: line.cycle_id.date_pickup < today)
        return (found - past)[::-1] + past

    def _portal_lines(self):
        """Return the products of one order: before the cut-off, what is ordered so far.

        :return: list of {"product", "quantity", "unit"}, by product
        """
        self.ensure_one()
        if self.state == "planned":
            offers = self.env["drive.offer"].with_context(active_test=False)
            offers = offers.search(
                [
                    ("cycle_id", "=", self.cycle_id.id),
                    ("producer_id", "=", self.partner_id.id),
                ]
            )
            ordered = offers._ordered_quantities()
            rows = [
                (offer.product_id, ordered[offer.id], offer.uom_id)
                for offer in offers
                if ordered.get(offer.id)
            ]
        else:
            rows = [
                (line.product_id, line.product_qty, line.product_uom_id)
                for line in self.purchase_id.order_line
            ]
        return [
            {"product": product, "quantity": quantity, "unit": unit}
            for product, quantity, unit in sorted(
                rows, key=lambda row: row[0]._drive_name()
            )
        ]

    def _portal_crates(self, lines):
        """Return how many crates these products fill: (ordinary, cold)."""
        self.ensure_one()
        kind = (
            self.env["drive.policy"]
            ._policy_for(self.company_id, self.cycle_id.date_pickup)
            ._crate_kind()
        )
        counts = []
        for is_cold in (False, True):
            part = [row for row in lines if row["product"].drive_is_cold == is_cold]
            counts.append(
                crate_count(
                    sum(row["quantity"] * row["product"].volume for row in part) * 1000,
                    sum(row["quantity"] * row["product"].weight for row in part),
                    kind,
                )
            )
        return tuple(counts)

    @api.model
    def _portal_claims(self, partner):
        """Return the claims that were sent to this person's producers, in sudo."""
        return (
            self.env["drive.claim"]
            .sudo()
            .search(
                partner._drive_producers_domain("partner_id")
                & Domain("state", "!=", "draft"),
                limit=ORDERS_SHOWN,
            )
        )
