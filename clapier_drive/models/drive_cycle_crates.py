import secrets
from operator import itemgetter

from psycopg2.errors import CheckViolation

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, groupby

from ..drive_crates import Item, pack

# What each line is to give: after the sharing out, what was given; before it, all.
TO_PACK = """
    SELECT basket.id, basket.drive_cycle_point_id, line.id, offer.id, due.quantity,
        offer.step, offer.step * COALESCE(product.volume, 0) * 1000,
        offer.step * CASE WHEN offer.by_weight THEN offer.weight_expected
            ELSE COALESCE(product.weight, 0) END,
        COALESCE(template.drive_is_cold, FALSE)
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN drive_cycle_point at ON at.id = basket.drive_cycle_point_id
      JOIN drive_point point ON point.id = at.point_id
      JOIN drive_offer offer ON offer.id = line.drive_offer_id
      JOIN product_product product ON product.id = offer.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      CROSS JOIN LATERAL (
          SELECT CASE WHEN line.drive_rule IS NULL THEN line.product_uom_qty
              ELSE COALESCE(line.drive_given_qty, 0) END AS quantity
      ) due
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND due.quantity > 0
     ORDER BY point.sequence, point.id, basket.id, line.id
"""
STORE_CRATES = """
    INSERT INTO drive_crate
        (cycle_id, company_id, cycle_point_id, order_id, is_cold, rank, number, token,
         volume, weight, create_uid, create_date, write_uid, write_date)
    SELECT %(cycle)s, %(company)s, crate.*,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM unnest(%(points)s::int[], %(orders)s::int[], %(cold)s::bool[],
                  %(ranks)s::int[], %(numbers)s::int[], %(tokens)s::text[],
                  %(volumes)s::float[], %(weights)s::float[]) AS crate
    ON CONFLICT (order_id, is_cold, rank) DO UPDATE
       SET cycle_point_id = EXCLUDED.cycle_point_id,
           volume = EXCLUDED.volume, weight = EXCLUDED.weight
 RETURNING order_id, is_cold, rank, id
"""
DROP_CRATES = """
    DELETE FROM drive_crate WHERE cycle_id = %(cycle)s AND id <> ALL(%(ids)s)
"""
STORE_LINES = """
    INSERT INTO drive_crate_line
        (cycle_id, crate_id, order_line_id, offer_id, quantity, packed_qty, is_packed)
    SELECT %(cycle)s, line.*, 0, FALSE
      FROM unnest(%(crates)s::int[], %(lines)s::int[], %(offers)s::int[],
                  %(quantities)s::float[]) AS line
"""
# Once volunteers pack, crates stay; only how much goes in follows what is shared out.
FIT_LINES = """
    WITH place AS (
        SELECT content.id, content.packed_qty, content.quantity - content.packed_qty AS room,
            CASE WHEN line.drive_rule IS NULL THEN line.product_uom_qty
                ELSE COALESCE(line.drive_given_qty, 0) END
                - SUM(content.packed_qty) OVER lines AS due,
            COALESCE(SUM(content.quantity - content.packed_qty) OVER (
                lines ORDER BY content.id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
            SUM(content.quantity - content.packed_qty) OVER lines AS rooms,
            ROW_NUMBER() OVER (lines ORDER BY content.id) = 1 AS is_first
          FROM drive_crate_line content
          JOIN sale_order_line line ON line.id = content.order_line_id
         WHERE content.cycle_id = %(cycle)s
        WINDOW lines AS (PARTITION BY content.order_line_id)
    ), fit AS (
        SELECT id, packed_qty + LEAST(room, GREATEST(due - before, 0))
            + CASE WHEN is_first THEN GREATEST(due - rooms, 0) ELSE 0 END AS quantity
          FROM place
    )
    UPDATE drive_crate_line content
       SET quantity = fit.quantity,
           is_packed = content.packed_qty > fit.quantity - 0.0005
      FROM fit
     WHERE fit.id = content.id AND fit.quantity IS DISTINCT FROM content.quantity
"""

# What came in since, such as another product instead, goes into the basket's first crate.
ADD_LINES = """
    INSERT INTO drive_crate_line
        (cycle_id, crate_id, order_line_id, offer_id, quantity, packed_qty, is_packed)
    SELECT basket.drive_cycle_id, crate.id, line.id, line.drive_offer_id,
        line.drive_given_qty, 0, FALSE
      FROM sale_order_line line
      JOIN sale_order basket ON basket.id = line.order_id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      CROSS JOIN LATERAL (
          SELECT id FROM drive_crate
           WHERE order_id = basket.id
           ORDER BY is_cold = COALESCE(template.drive_is_cold, FALSE) DESC, rank
           LIMIT 1) crate
     WHERE basket.drive_cycle_id = %(cycle)s AND basket.state = 'sale'
       AND line.drive_offer_id IS NOT NULL AND line.drive_given_qty > 0
       AND NOT EXISTS (
           SELECT FROM drive_crate_line content WHERE content.order_line_id = line.id)
"""


class DriveCycle(models.Model):
    """The crate planner: how many crates each basket fills, and what goes into each."""

    _inherit = "drive.cycle"

    crate_ids = fields.One2many("drive.crate", "cycle_id", "Planned Crates")
    preparation_started_at = fields.Datetime(
        "Preparation Began",
        readonly=True,
        copy=False,
        help="The first thing was packed.",
    )

    def _close(self):
        """Override to plan the crates of the cycles that are closed."""
        due = self.filtered(lambda cycle: cycle.state == "planned")
        result = super()._close()
        for cycle in due:
            cycle._plan_crates()
        return result

    def _share(self):
        """Override to plan the crates again from what is given.

        :raise UserError: less would be given than is packed already
        """
        try:
            with self.env.cr.savepoint():
                result = super()._share()
        except CheckViolation as error:
            raise UserError(
                self.env._(
                    "More is packed of a product than is given now: count it again, or "
                    "take it out of the crates."
                )
            ) from error
        self._plan_crates()
        return result

    def _plan_crates(self):
        """Plan the crates of a cycle: the same number of statements, however many baskets.

        Done again, a crate keeps its number and its code. Once something is packed, the
        crates stay as they are and only what goes into them follows.
        """
        self.ensure_one()
        self.env.flush_all()
        if self.preparation_started_at:
            self.env.cr.execute(SQL(FIT_LINES, cycle=self.id))
            self.env.cr.execute(SQL(ADD_LINES, cycle=self.id))
        else:
            self._store_crates(
                self._pack_baskets(self.env.execute_query(SQL(TO_PACK, cycle=self.id)))
            )
        self.env["drive.crate"].invalidate_model()
        self.env["drive.crate.line"].invalidate_model()
        self.invalidate_recordset(["crate_ids"])

    def _pack_baskets(self, rows):
        """Return the crates that baskets fill, in their order.

        :param rows: what TO_PACK finds
        :return: list of (order id, cold, rank, point id, drive_crates.Crate,
            {line id: (offer id, step)})
        """
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_pickup)
        kind = policy._crate_kind()
        planned = []
        for (order_id, point_id), lines in groupby(rows, itemgetter(0, 1)):
            items, offers = [], {}
            for _order, _point, line_id, offer_id, due, step, *size in lines:
                volume, weight, cold = size
                items.append(
                    Item(line_id, max(round(due / step), 1), volume, weight, cold)
                )
                offers[line_id] = (offer_id, step)
            ranks = {False: 0, True: 0}
            for crate in pack(items, kind):
                ranks[crate.cold] += 1
                planned.append(
                    (order_id, crate.cold, ranks[crate.cold], point_id, crate, offers)
                )
        return planned

    def _store_crates(self, planned):
        """Store planned crates over those there are: known ones keep number and code."""
        common = {
            "cycle": self.id,
            "company": self.company_id.id,
            "uid": self.env.uid,
        }
        numbers = {
            tuple(key): number
            for *key, number in self.env.execute_query(
                SQL(
                    "SELECT order_id, is_cold, rank, number FROM drive_crate "
                    "WHERE cycle_id = %s",
                    self.id,
                )
            )
        }
        last = max(numbers.values(), default=0)
        for key in (crate[:3] for crate in planned):
            if key not in numbers:
                last += 1
                numbers[key] = last
        stored = self.env.execute_query(
            SQL(
                STORE_CRATES,
                orders=[item[0] for item in planned],
                cold=[item[1] for item in planned],
                ranks=[item[2] for item in planned],
                points=[item[3] for item in planned],
                volumes=[round(item[4].volume, 3) for item in planned],
                weights=[round(item[4].weight, 3) for item in planned],
                numbers=[numbers[item[:3]] for item in planned],
                tokens=[secrets.token_urlsafe(16) for _item in planned],
                **common,
            )
        )
        ids = {tuple(key): crate_id for *key, crate_id in stored}
        self.env.cr.execute(
            SQL("DELETE FROM drive_crate_line WHERE cycle_id = %s", self.id)
        )
        self.env.cr.execute(
            SQL(DROP_CRATES, cycle=self.id, ids=list(ids.values()) or [0])
        )
        contents = [
            (ids[item[:3]], line_id, *item[5][line_id], count)
            for item in planned
            for line_id, count in item[4].items.items()
        ]
        self.env.cr.execute(
            SQL(
                STORE_LINES,
                crates=[content[0] for content in contents],
                lines=[content[1] for content in contents],
                offers=[content[2] for content in contents],
                quantities=[content[3] * content[4] for content in contents],
                cycle=self.id,
            )
        )
        self.crate_count = len(ids)
