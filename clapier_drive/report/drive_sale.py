from odoo import fields, models
from odoo.tools import SQL

SALES = """
    SELECT line.id, basket.id AS order_id, basket.company_id, basket.partner_id,
        cycle.id AS cycle_id, cycle.public, cycle.date_pickup AS date,
        spot.point_id, offer.product_id, offer.producer_id, line.drive_rule AS rule,
        line.product_uom_qty AS quantity,
        shared.given AS quantity_given,
        line.product_uom_qty - shared.given AS quantity_missing,
        line.price_total AS amount_ordered,
        line.price_total * shared.given / line.product_uom_qty AS amount,
        line.price_total * (line.product_uom_qty - shared.given)
            / line.product_uom_qty AS amount_missing,
        offer.purchase_price * shared.given
            * CASE WHEN offer.by_weight THEN offer.weight_expected ELSE 1 END AS cost,
        carried.weight, producer.drive_distance_km AS producer_km,
        point.distance_km AS point_km,
        carried.weight * (COALESCE(producer.drive_distance_km, 0)
            + COALESCE(point.distance_km, 0)) AS weight_km
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id AND basket.state = 'sale'
      JOIN drive_cycle cycle ON cycle.id = basket.drive_cycle_id
      JOIN drive_offer offer ON offer.id = line.drive_offer_id
      JOIN product_product product ON product.id = offer.product_id
      JOIN res_partner producer ON producer.id = offer.producer_id
      LEFT JOIN drive_cycle_point spot ON spot.id = basket.drive_cycle_point_id
      LEFT JOIN drive_point point ON point.id = spot.point_id
     CROSS JOIN LATERAL (
         SELECT CASE WHEN line.drive_rule IS NULL THEN line.product_uom_qty
                     ELSE COALESCE(line.drive_given_qty, 0) END AS given
     ) shared
     CROSS JOIN LATERAL (
         SELECT shared.given * CASE WHEN offer.by_weight THEN offer.weight_expected
                                    ELSE product.weight END AS weight
     ) carried
     WHERE line.product_uom_qty > 0
"""


class DriveSale(models.Model):
    """What was ordered, given and missing, by producer, point, product and cycle."""

    _name = "drive.sale"
    _description = "Drive Sales"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"

    order_id = fields.Many2one("sale.order", "Basket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Family", readonly=True)
    cycle_id = fields.Many2one("drive.cycle", readonly=True)
    public = fields.Selection(
        [("family", "Families"), ("institution", "Institutions")], readonly=True
    )
    date = fields.Date("Pick-Up Day", readonly=True)
    point_id = fields.Many2one("drive.point", "Pick-Up Point", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    producer_id = fields.Many2one("res.partner", readonly=True)
    rule = fields.Selection(
        lambda self: (
            self.env["sale.order.line"]
            ._fields["drive_rule"]
            ._description_selection(self.env)
        ),
        "Why",
        readonly=True,
    )
    quantity = fields.Float("Quantity Ordered", readonly=True)
    quantity_given = fields.Float(readonly=True)
    quantity_missing = fields.Float(readonly=True)
    amount_ordered = fields.Monetary(readonly=True)
    amount = fields.Monetary(
        "Amount Given", readonly=True, help="At families' prices, taxes included."
    )
    amount_missing = fields.Monetary(readonly=True)
    cost = fields.Monetary(
        "Producers' Part", readonly=True, help="At purchase prices, taxes excluded."
    )
    weight = fields.Float("Kilograms", readonly=True, help="Of what was given.")
    producer_km = fields.Float(
        "Kilometres From the Producer", readonly=True, aggregator="avg"
    )
    point_km = fields.Float("Kilometres to the Point", readonly=True, aggregator="avg")
    weight_km = fields.Float(
        "Kilograms × Kilometres",
        readonly=True,
        help="From the producer to the pick-up point.",
    )

    @property
    def _table_query(self):
        return SQL(SALES)
