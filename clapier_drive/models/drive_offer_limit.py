from psycopg2.errors import CheckViolation

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

ORDERED = """
    SELECT line.drive_offer_id, SUM(line.product_uom_qty)
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
     WHERE line.drive_offer_id = ANY(%(ids)s) AND line.product_uom_qty > 0
       AND (basket.state = 'sale' OR basket.drive_is_held)
     GROUP BY line.drive_offer_id
"""
# Baskets hold nothing of an offer without a limit: they are counted when it gets one.
RECOUNT = """
    WITH locked AS (
        SELECT id FROM drive_offer WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
    ), held AS (
        UPDATE sale_order_line line SET drive_held_qty = line.product_uom_qty
          FROM sale_order basket, locked
         WHERE basket.id = line.order_id AND basket.drive_is_held
           AND line.drive_offer_id = locked.id
     RETURNING line.drive_offer_id AS offer_id, line.product_uom_qty AS quantity
    )
    UPDATE drive_offer offer
       SET quantity_held = COALESCE(
           (SELECT SUM(quantity) FROM held WHERE held.offer_id = offer.id), 0)
      FROM locked
     WHERE offer.id = locked.id
 RETURNING offer.id
"""


class DriveOffer(models.Model):
    """The limit of an offer can change while families order."""

    _inherit = "drive.offer"

    def write(self, vals):
        """Override of base: what gets a limit counts what baskets already take of it.

        :raise UserError: families have ordered more than the new limit
        """
        if "quantity_max" not in vals:
            return super().write(vals)
        limited = (
            self.filtered(lambda offer: not offer.quantity_max)
            if vals["quantity_max"]
            else self.browse()
        )
        try:
            with self.env.cr.savepoint():
                result = super().write(vals)
                self.flush_recordset()
                limited._recount_held()
        except CheckViolation as error:
            self.invalidate_recordset()
            raise UserError(
                self.env._("Families have already ordered more than that: allow more.")
            ) from error
        return result

    def _recount_held(self):
        """Count anew what baskets hold of these offers."""
        if not self:
            return
        self.env.flush_all()
        self.env.execute_query(SQL(RECOUNT, ids=self.ids))
        self.invalidate_recordset(["quantity_held"])
        self.env["sale.order.line"].invalidate_model(["drive_held_qty"])

    def _ordered_quantities(self):
        """Return how much of these offers is ordered: {offer id: units}, one statement."""
        if not self:
            return {}
        self.env.flush_all()
        return dict(self.env.execute_query(SQL(ORDERED, ids=self.ids)))
