from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, float_compare

from ..drive_allocation import Wish, allocate

# Whoever misses nothing gets what was ordered; the others are computed one product at a time.
GIVE_ALL = """
    UPDATE sale_order_line line
       SET drive_given_qty = line.product_uom_qty, drive_rule = 'full'
      FROM sale_order basket
     WHERE basket.id = line.order_id AND basket.drive_cycle_id = %(cycle)s
       AND basket.state = 'sale' AND line.drive_offer_id IS NOT NULL
       AND line.drive_rule IS DISTINCT FROM 'minimum'
"""
WISHES = """
    SELECT line.drive_offer_id, line.id, line.product_uom_qty,
        CASE WHEN line.drive_is_overridden THEN line.drive_override_qty END,
        basket.partner_id
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.product_uom_qty > 0 AND line.drive_offer_id = ANY(%(offers)s)
     ORDER BY line.drive_offer_id, line.id
"""
# What each family went without in the weeks before, in currency
DEBTS = """
    SELECT basket.partner_id,
        SUM((line.product_uom_qty - line.drive_given_qty) * line.price_unit)
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN drive_cycle cycle ON cycle.id = basket.drive_cycle_id
     WHERE cycle.company_id = %(company)s AND cycle.state IN ('allocated', 'settled')
       AND cycle.date_pickup >= %(since)s AND cycle.date_pickup < %(until)s
       AND basket.state = 'sale' AND basket.partner_id = ANY(%(partners)s)
       AND line.drive_rule IN ('part', 'first', 'none')
     GROUP BY basket.partner_id
"""
STORE_SHARES = """
    UPDATE sale_order_line line
       SET drive_given_qty = share.quantity, drive_rule = share.rule
      FROM unnest(%(ids)s::int[], %(quantities)s::float[], %(rules)s::text[])
               AS share(id, quantity, rule)
     WHERE line.id = share.id
"""
CREDITS = """
    INSERT INTO drive_credit
        (partner_id, company_id, date, kind, amount, reference, order_line_id, cycle_id,
         create_uid, create_date, write_uid, write_date)
    SELECT basket.partner_id, basket.company_id, %(date)s,
        CASE line.drive_rule WHEN 'minimum' THEN 'minimum' ELSE 'shortage' END,
        missing.amount, line.name, line.id, basket.drive_cycle_id,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      CROSS JOIN LATERAL (
          SELECT ROUND((line.price_total
              * (line.product_uom_qty - line.drive_given_qty)::numeric
              / line.product_uom_qty::numeric)::numeric, 2) AS amount
      ) missing
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.drive_offer_id IS NOT NULL AND line.product_uom_qty > 0
       AND line.drive_given_qty < line.product_uom_qty AND missing.amount > 0
    ON CONFLICT DO NOTHING
    RETURNING id
"""
RECEPTIONS = """
    INSERT INTO drive_reception
        (cycle_id, company_id, offer_id, product_id, producer_id, quantity_ordered,
         quantity_received, quantity_damaged, quantity_given, difference, is_counted,
         create_uid, create_date, write_uid, write_date)
    SELECT offer.cycle_id, offer.company_id, offer.id, offer.product_id,
        offer.producer_id, SUM(line.product_uom_qty), SUM(line.product_uom_qty), 0,
        SUM(line.product_uom_qty), 0, FALSE,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN drive_offer offer ON offer.id = line.drive_offer_id
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.product_uom_qty > 0 AND line.drive_rule IS DISTINCT FROM 'minimum'
     GROUP BY offer.id
    ON CONFLICT (offer_id) DO NOTHING
    RETURNING id
"""


class DriveCycle(models.Model):
    """From what has come to what each family gets, and what that changes in money."""

    _inherit = "drive.cycle"

    reception_ids = fields.One2many("drive.reception", "cycle_id", "Receptions")
    claim_ids = fields.One2many("drive.claim", "cycle_id", "Claims")

    def _prepare_receptions(self):
        """Note what is to come of each offer; what is noted already stays."""
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(SQL(RECEPTIONS, cycle=self.id, uid=self.env.uid))
        self.invalidate_recordset(["reception_ids"])

    def action_share(self):
        """Share out what has come; may be done again until it is validated."""
        self.check_access("write")
        for cycle in self:
            if cycle.state not in ("closed", "received"):
                raise UserError(
                    self.env._(
                        "Goods are shared out after the closing, and before it is "
                        "validated."
                    )
                )
            cycle._share()
            cycle.state = "received"

    def _share(self):
        """Give each line its quantity and rule: by statements, however many baskets."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(SQL(GIVE_ALL, cycle=self.id))
        short = self.reception_ids.filtered(
            lambda reception: (
                float_compare(reception.difference, 0, precision_digits=3) < 0
            )
        )
        rows = self.env.execute_query(
            SQL(WISHES, cycle=self.id, offers=short.offer_id.ids)
        )
        debts = self._debts({partner_id for *_row, partner_id in rows})
        wishes = defaultdict(list)
        for offer_id, line_id, quantity, override, partner_id in rows:
            wishes[offer_id].append((line_id, quantity, override, partner_id))
        shares = []
        for reception in short:
            offer = reception.offer_id
            try:
                result = allocate(
                    int(reception.quantity_given / offer.step + 1e-6),
                    [
                        Wish(
                            line_id,
                            round(quantity / offer.step),
                            debts.get(partner_id, 0.0),
                            None if override is None else round(override / offer.step),
                        )
                        for line_id, quantity, override, partner_id in wishes[offer.id]
                    ],
                    seed=f"{self.id}/{offer.product_id.id}",
                )
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "More of “%s” is decided by hand than has come: decide less.",
                        offer.product_id.display_name,
                    )
                ) from error
            shares += [
                (line_id, share.given * offer.step, share.rule)
                for line_id, share in result.items()
            ]
        if shares:
            ids, quantities, rules = zip(*shares, strict=True)
            self.env.cr.execute(
                SQL(
                    STORE_SHARES,
                    ids=list(ids),
                    quantities=list(quantities),
                    rules=list(rules),
                )
            )
        self.env["sale.order.line"].invalidate_model(["drive_given_qty", "drive_rule"])

    def _debts(self, partner_ids):
        """Return what families went without in the weeks of fairness: {partner id: amount}."""
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_pickup)
        if not partner_ids or not policy.fairness_weeks:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    DEBTS,
                    company=self.company_id.id,
                    since=self.date_pickup - timedelta(weeks=policy.fairness_weeks),
                    until=self.date_pickup,
                    partners=list(partner_ids),
                )
            )
        )

    def action_validate(self):
        """Validate what was shared out: families are credited, producers are claimed from.

        Done twice, the second time changes nothing.
        """
        self.check_access("write")
        for cycle in self:
            if cycle.state in ("allocated", "settled"):
                continue
            if cycle.state != "received":
                raise UserError(
                    self.env._("Share out the goods first, then validate the result.")
                )
            cycle.state = "allocated"
            cycle._share()
            cycle._credit_families()
            cycle._claim_from_producers()
            self.env["drive.notice"]._queue_shared(cycle)

    def _credit_families(self):
        """Credit each family, to the cent, with what it paid and does not get."""
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                CREDITS,
                cycle=self.id,
                date=self.company_id._drive_today(),
                uid=self.env.uid,
            )
        )
        self.env["drive.credit"].invalidate_model()

    def _claim_from_producers(self):
        """Make one claim per producer of whom something is missing or damaged."""
        self.ensure_one()
        short = self.reception_ids.filtered(
            lambda reception: reception.difference < 0
        ).grouped("producer_id")
        self.env["drive.claim"].create(
            [
                {
                    "cycle_id": self.id,
                    "partner_id": producer.id,
                    "line_ids": [
                        Command.create(reception._prepare_claim_line())
                        for reception in receptions
                    ],
                }
                for producer, receptions in short.items()
                if producer not in self.claim_ids.partner_id
            ]
        )
