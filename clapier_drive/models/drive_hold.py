from psycopg2.errors import CheckViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MOVE_OFFERS = """
    WITH locked AS (
        SELECT id FROM drive_offer WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE drive_offer offer
       SET quantity_held = COALESCE(quantity_held, 0) + moved.quantity
      FROM unnest(%(ids)s, %(quantities)s::float[]) AS moved(id, quantity), locked
     WHERE offer.id = moved.id AND locked.id = offer.id
 RETURNING offer.id
"""


class DriveOffer(models.Model):
    """What baskets hold of limited offers: one statement, in the order of ids."""

    _inherit = "drive.offer"

    @api.model
    def _move_held(self, moves):
        """Add to what baskets hold of offers.

        Offers without a limit are not counted: baskets do not wait for each other there.

        :param moves: list of (offer id, quantity), negative to give back
        :raise UserError: an offer has not enough left
        """
        totals = {}
        for offer_id, quantity in moves:
            totals[offer_id] = totals.get(offer_id, 0.0) + quantity
        ids = sorted(offer_id for offer_id, quantity in totals.items() if quantity)
        if not ids:
            return
        self.flush_model()
        try:
            with self.env.cr.savepoint():
                self.env.execute_query(
                    SQL(
                        MOVE_OFFERS,
                        ids=ids,
                        quantities=[totals[offer_id] for offer_id in ids],
                    )
                )
        except CheckViolation as error:
            raise UserError(self._tell_missing(totals)) from error
        self.browse(ids).invalidate_recordset(["quantity_held"])

    @api.model
    def _tell_missing(self, totals):
        """Return the sentence that names what there is not enough of."""
        offers_sudo = self.browse(totals).sudo()
        missing = [
            self.env._(
                "%(product)s (%(left)g left)",
                product=offer.product_id.display_name,
                left=max(offer.quantity_max - offer.quantity_held, 0),
            )
            for offer in offers_sudo
            if offer.quantity_max
            and offer.quantity_held + totals[offer.id] > offer.quantity_max
        ]
        if not missing:
            # Somebody was quicker by an instant: their basket cannot be seen yet.
            missing = offers_sudo.filtered("quantity_max").product_id.mapped(
                "display_name"
            )
        return self.env._(
            "There is not enough left: %s. Take less, then order again.",
            ", ".join(missing),
        )
