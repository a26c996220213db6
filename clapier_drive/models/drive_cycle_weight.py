from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Paid for what was given, less what it costs as weighed; taxes and discounts as paid.
WEIGHTS = """
    INSERT INTO drive_credit
        (partner_id, company_id, date, kind, amount, reference, order_line_id, cycle_id,
         create_uid, create_date, write_uid, write_date)
    SELECT basket.partner_id, basket.company_id, %(date)s, 'weight', weighed.amount,
        line.name || ' (' || ROUND((line.drive_packed_qty * offer.weight_expected * 1000)::numeric)
            || ' g → ' || ROUND(line.drive_weight * 1000) || ' g)',
        line.id, basket.drive_cycle_id,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN drive_offer offer ON offer.id = line.drive_offer_id
      CROSS JOIN LATERAL (
          SELECT ROUND((line.price_total * line.drive_packed_qty
                  / line.product_uom_qty)::numeric, 2)
              - ROUND((offer.price * line.drive_weight
                  * line.price_total / (line.price_unit * line.product_uom_qty))::numeric, 2)
              AS amount
      ) weighed
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND offer.by_weight AND line.drive_packed_qty > 0 AND line.drive_weight > 0
       AND line.product_uom_qty > 0 AND line.price_unit > 0 AND weighed.amount <> 0
    ON CONFLICT DO NOTHING
    RETURNING id
"""
UNPACKED = """
    INSERT INTO drive_credit
        (partner_id, company_id, date, kind, amount, reference, order_line_id, cycle_id,
         create_uid, create_date, write_uid, write_date)
    SELECT basket.partner_id, basket.company_id, %(date)s, 'unpacked', missing.amount,
        line.name, line.id, basket.drive_cycle_id,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      CROSS JOIN LATERAL (
          SELECT ROUND((line.price_total * line.drive_given_qty
                  / line.product_uom_qty)::numeric, 2)
              - ROUND((line.price_total * COALESCE(line.drive_packed_qty, 0)
                  / line.product_uom_qty)::numeric, 2) AS amount
      ) missing
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.drive_offer_id IS NOT NULL AND line.product_uom_qty > 0
       AND COALESCE(line.drive_packed_qty, 0) < line.drive_given_qty - 0.0005
       AND missing.amount > 0
    ON CONFLICT DO NOTHING
    RETURNING id
"""

MEET_PHONES = "UPDATE drive_packer SET write_date = last_seen WHERE cycle_id = %s"


class DriveCycle(models.Model):
    """The end of the preparation: weights and what was not found settle on the credit."""

    _inherit = "drive.cycle"

    unpacked_count = fields.Integer(
        "Lines to Pack",
        compute="_compute_unpacked_count",
        help="Lines of crates that are not packed yet.",
    )

    def _compute_unpacked_count(self):
        found = dict(
            self.env["drive.crate.line"]._read_group(
                [("cycle_id", "in", self.ids), ("is_packed", "=", False)],
                ["cycle_id"],
                ["__count"],
            )
        )
        for cycle in self:
            cycle.unpacked_count = found.get(cycle._origin, 0)

    def action_end_preparation(self):
        """End the preparation: nothing more is packed, differences go to the credits.

        Done twice, the second time changes nothing.

        :raise UserError: not shared out yet, nothing was packed
        """
        self.check_access("write")
        for cycle in self:
            if cycle.prepared_at:
                continue
            if cycle.state != "allocated":
                raise UserError(
                    self.env._("Validate what each family gets first, then end this.")
                )
            if not cycle.preparation_started_at:
                raise UserError(
                    self.env._(
                        "Nothing was packed: all would be credited. Pack the crates first."
                    )
                )
            # Who ends it at the same time meets this row and starts again; so does what
            # a phone sends meanwhile: it begins with its own row.
            cycle.prepared_at = fields.Datetime.now()
            self.env.flush_all()
            self.env.cr.execute(SQL(MEET_PHONES, cycle.id))
            cycle._credit_preparation()

    def _credit_preparation(self):
        """Credit families, to the cent, with weights and what was not found."""
        self.ensure_one()
        self.env.flush_all()
        values = {
            "cycle": self.id,
            "date": self.company_id._drive_today(),
            "uid": self.env.uid,
        }
        for statement in (WEIGHTS, UNPACKED):
            self.env.execute_query(SQL(statement, **values))
        self.env["drive.credit"].invalidate_model()
