from odoo import api, fields, models
from odoo.tools import SQL

# What families pay keeps its margin, and institutions' prices always do.
FAMILY_PRICE = """
    CASE WHEN cycle.public = 'family' AND price.price > 0 THEN price.price
         WHEN offer.purchase_price > 0
         THEN ROUND(offer.price * price.purchase_price / offer.purchase_price, 2)
    END
"""
APPLY_PRICES = """
    UPDATE drive_offer offer
       SET price = COALESCE(%(price)s, offer.price),
           purchase_price = price.purchase_price,
           write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
      FROM drive_price price, drive_cycle cycle
     WHERE price.id = ANY(%(ids)s) AND cycle.id = offer.cycle_id
       AND cycle.company_id = price.company_id
       AND offer.product_id = price.product_id
       AND offer.producer_id = price.producer_id
       AND cycle.state = 'planned' AND cycle.open_at > %(now)s
       AND cycle.date_pickup >= price.date_start
       AND NOT EXISTS (
           SELECT FROM drive_price later
            WHERE later.company_id = price.company_id
              AND later.product_id = price.product_id
              AND later.producer_id = price.producer_id
              AND later.date_start > price.date_start
              AND later.date_start <= cycle.date_pickup)
 RETURNING offer.id
"""


class DrivePrice(models.Model):
    """What a product costs from a pick-up day on; open cycles keep their prices."""

    _name = "drive.price"
    _description = "Price from a Date"
    _order = "date_start desc, producer_id, product_id, id"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    producer_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    date_start = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        help="The first pick-up day with this price.",
    )
    purchase_price = fields.Monetary(
        required=True,
        aggregator=None,
        help="What the producer is paid, taxes excluded.",
    )
    price = fields.Monetary(
        "Families' Price",
        aggregator=None,
        help="Empty: what families pay changes as the purchase price does. What "
        "institutions pay always does.",
    )
    entered_at = fields.Datetime(readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(company_id, producer_id, product_id, date_start)",
        "This product already has a price from that day: change that one.",
    )
    _prices_positive = models.Constraint(
        "CHECK (purchase_price >= 0 AND COALESCE(price, 0) >= 0)",
        "Prices and quantities cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: cycles that have not opened yet take these prices."""
        now = fields.Datetime.now()
        prices = super().create([{**vals, "entered_at": now} for vals in vals_list])
        prices._apply()
        return prices

    def write(self, vals):
        """Override of base: cycles that have not opened yet take these prices."""
        result = super().write({**vals, "entered_at": fields.Datetime.now()})
        self._apply()
        return result

    def _apply(self):
        """Give these prices to the offers of cycles that have not opened: one statement.

        :return: the drive.offer records changed
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                APPLY_PRICES,
                ids=self.ids,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                price=SQL(FAMILY_PRICE),
            )
        )
        offers = self.env["drive.offer"].browse([offer_id for (offer_id,) in rows])
        offers.invalidate_recordset(["price", "purchase_price"])
        return offers
