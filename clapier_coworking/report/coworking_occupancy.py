from odoo import fields, models
from odoo.tools import SQL, Query

# A year back and two months ahead; uses of a whole count in each of its smallest parts.
OCCUPANCY = """
WITH leaf AS (
    SELECT s.id, s.company_id, s.kind, s.resource_calendar_id,
           COALESCE(p.tz, 'Europe/Paris') AS tz
      FROM coworking_space s
      JOIN coworking_space_leaf_rel rel ON rel.space_id = s.id AND rel.leaf_id = s.id
      JOIN res_company c ON c.id = s.company_id
      JOIN res_partner p ON p.id = c.partner_id
     WHERE s.kind != 'desk'
), days AS (
    SELECT day::date AS day
      FROM generate_series(current_date - 365, current_date + 60, interval '1 day') AS day
), hours AS (
    SELECT h.calendar_id, days.day,
           range_agg(tsrange(days.day + h.hour_from * interval '1 hour',
                             days.day + h.hour_to * interval '1 hour')) AS open
      FROM days
      JOIN resource_calendar_attendance h
        ON extract(isodow FROM days.day) - 1 = h.dayofweek::int
       AND (h.week_type IS NULL
            OR (days.day - date '0001-01-01') / 7 % 2 = h.week_type::int)
     WHERE h.display_type IS NULL
       AND h.day_period != 'lunch'
       AND h.hour_to > h.hour_from
     GROUP BY 1, 2
), claimed AS (
    SELECT leaf.id AS space_id, day::date AS day, claim.kind = 'closure' AS closed,
           tsrange(claim.use_start AT TIME ZONE 'UTC' AT TIME ZONE leaf.tz,
                   claim.use_stop AT TIME ZONE 'UTC' AT TIME ZONE leaf.tz)
           * tsrange(day, day + interval '1 day') AS used
      FROM coworking_claim claim
      JOIN leaf ON leaf.id = claim.space_id
     CROSS JOIN LATERAL generate_series(
               date_trunc('day', claim.use_start AT TIME ZONE 'UTC' AT TIME ZONE leaf.tz),
               claim.use_stop AT TIME ZONE 'UTC' AT TIME ZONE leaf.tz,
               interval '1 day') AS day
     WHERE claim.active AND claim.kind != 'offer'
       AND claim.use_start > now() - interval '367 days'
       AND claim.use_start < now() + interval '62 days'
), uses AS (
    SELECT space_id, day,
           sum(extract(epoch FROM upper(used) - lower(used)))
               FILTER (WHERE NOT closed) / 3600 AS used_hours,
           count(*) FILTER (WHERE NOT closed AND NOT isempty(used)) AS use_count,
           range_agg(used) FILTER (WHERE closed) AS closed
      FROM claimed
     GROUP BY 1, 2
), parts AS (
    SELECT space_id, count(*) AS count FROM coworking_space_leaf_rel GROUP BY 1
), money AS (
    SELECT leaf.id AS space_id,
           (b.start AT TIME ZONE 'UTC' AT TIME ZONE leaf.tz)::date AS day,
           sum(b.amount / parts.count) AS revenue
      FROM coworking_booking b
      JOIN parts ON parts.space_id = b.space_id
      JOIN coworking_space_leaf_rel rel ON rel.space_id = b.space_id
      JOIN leaf ON leaf.id = rel.leaf_id
     WHERE b.state IN ('confirmed', 'present', 'no_show', 'cancelled')
       AND b.start > now() - interval '367 days'
     GROUP BY 1, 2
), table_of_days AS (
    SELECT leaf.id AS space_id, leaf.company_id, leaf.kind, days.day,
           CASE WHEN leaf.resource_calendar_id IS NULL
                THEN tsmultirange(tsrange(days.day, days.day + interval '1 day'))
                ELSE COALESCE(hours.open, '{}') END
           - COALESCE(uses.closed, '{}') AS open,
           COALESCE(uses.used_hours, 0) AS used_hours,
           COALESCE(uses.use_count, 0) AS use_count,
           COALESCE(money.revenue, 0) AS revenue
      FROM leaf
     CROSS JOIN days
      LEFT JOIN hours ON hours.calendar_id = leaf.resource_calendar_id
                     AND hours.day = days.day
      LEFT JOIN uses ON uses.space_id = leaf.id AND uses.day = days.day
      LEFT JOIN money ON money.space_id = leaf.id AND money.day = days.day
), measured AS (
    SELECT space_id::bigint * 100000 + (day - date '2000-01-01') AS id,
           space_id, company_id, kind, day, used_hours, use_count, revenue,
           (SELECT COALESCE(sum(extract(epoch FROM upper(part) - lower(part))), 0) / 3600
              FROM unnest(open) AS part) AS open_hours
      FROM table_of_days
)
SELECT measured.*,
       COALESCE(100 * used_hours / NULLIF(open_hours, 0), 0) AS occupancy
  FROM measured
"""


class CoworkingOccupancy(models.Model):
    """How much of the opening hours of each space is used, and what it brings, by day."""

    _name = "coworking.occupancy"
    _description = "Occupancy of Spaces"
    _auto = False
    _order = "day, space_id"
    _rec_name = "space_id"

    space_id = fields.Many2one("coworking.space", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="space_id.kind", readonly=True, store=True)
    day = fields.Date(readonly=True)
    open_hours = fields.Float(readonly=True)
    used_hours = fields.Float(readonly=True)
    use_count = fields.Integer("Uses", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Taxes excluded.")
    occupancy = fields.Float("Occupancy (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(OCCUPANCY.replace("%", "%%"))

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Override of the ORM: the occupancy of a group is that of all its hours."""
        if aggregate_spec != "occupancy:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100 * COALESCE(SUM(%s) / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, "used_hours", query),
            self._field_to_sql(self._table, "open_hours", query),
        )
