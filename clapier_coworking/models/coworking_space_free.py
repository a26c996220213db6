from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# How far a refusal looks for the nearest free time.
NEAREST_DAYS = 14
ALTERNATIVES = 3

# Opening hours of each calendar are laid out once, on the wall clock of its time zone;
# what is claimed is widened by the buffers that the new use itself needs.
FREE = """
WITH asked AS (
    SELECT id, resource_calendar_id AS calendar_id,
           make_interval(mins => COALESCE(buffer_before, 0)) AS before,
           make_interval(mins => COALESCE(buffer_after, 0)) AS after
      FROM coworking_space
     WHERE id = ANY(%(ids)s)
), open AS (
    SELECT c.id AS calendar_id,
           COALESCE(range_agg(tsrange(
               (day + h.hour_from * interval '1 hour') AT TIME ZONE c.tz AT TIME ZONE 'UTC',
               (day + h.hour_to * interval '1 hour') AT TIME ZONE c.tz AT TIME ZONE 'UTC'
           )), '{}') AS hours
      FROM resource_calendar c
      JOIN resource_calendar_attendance h ON h.calendar_id = c.id
      JOIN generate_series(date_trunc('day', %(start)s) - interval '1 day',
                           date_trunc('day', %(stop)s) + interval '1 day',
                           interval '1 day') AS day
        ON extract(isodow FROM day) - 1 = h.dayofweek::int
       AND (h.week_type IS NULL
            OR (day::date - date '0001-01-01') / 7 %% 2 = h.week_type::int)
     WHERE c.id IN (SELECT calendar_id FROM asked)
       AND h.display_type IS NULL
       AND h.day_period != 'lunch'
       AND h.hour_to > h.hour_from
     GROUP BY c.id
), closed AS (
    SELECT calendar_id, range_agg(tsrange(date_from, date_to)) AS hours
      FROM resource_calendar_leaves
     WHERE resource_id IS NULL
       AND calendar_id IN (SELECT calendar_id FROM asked)
       AND date_from < %(stop)s AND date_to > %(start)s
     GROUP BY calendar_id
), busy AS (
    SELECT asked.id,
           range_agg(tsrange(c.start - asked.after, c.stop + asked.before)) AS hours
      FROM asked
      JOIN coworking_space_leaf_rel leaf ON leaf.space_id = asked.id
      JOIN coworking_claim c
        ON int4range(c.space_id, c.space_id, '[]')
           = int4range(leaf.leaf_id, leaf.leaf_id, '[]')
       AND tsrange(c.start, c.stop, '[)')
           && tsrange(%(start)s - asked.before, %(stop)s + asked.after, '[)')
       AND c.active
     WHERE %(claims)s AND c.id != ALL(%(ignored)s::int[])
     GROUP BY asked.id
), free AS (
    SELECT asked.id, unnest(
        tsmultirange(tsrange(%(start)s, %(stop)s))
        * CASE WHEN asked.calendar_id IS NULL THEN '{(,)}'::tsmultirange
               ELSE COALESCE(open.hours, '{}') END
        - COALESCE(closed.hours, '{}')
        - COALESCE(busy.hours, '{}')) AS hours
      FROM asked
      LEFT JOIN open ON open.calendar_id = asked.calendar_id
      LEFT JOIN closed ON closed.calendar_id = asked.calendar_id
      LEFT JOIN busy ON busy.id = asked.id
)
SELECT id, lower(hours), upper(hours)
  FROM free
 WHERE upper(hours) - lower(hours) >= make_interval(mins => %(minutes)s)
 ORDER BY id, 2
"""


class CoworkingSpace(models.Model):
    """When a space is free: one statement over opening hours, closures and claims."""

    _inherit = "coworking.space"

    def _open(self, start, stop):
        """Return the opening hours of each space: as ``_free``, whoever claims them."""
        return self._free(start, stop, claims=False)

    def _free(self, start, stop, minutes=1, ignored=None, claims=True):
        """Return when each space can be used, within its opening hours.

        :param start, stop: naive UTC datetimes, the period looked at
        :param minutes: shortest length of a free time that is returned
        :param ignored: coworking.claim records that do not count
        :param claims: whether claims count at all
        :return: {space: [(start, stop), …]} in order of time; a space that is never free
            has an empty list
        """
        self.env["coworking.space"].flush_model()
        self.env["coworking.claim"].flush_model()
        self.env["resource.calendar"].flush_model()
        self.env["resource.calendar.attendance"].flush_model()
        self.env["resource.calendar.leaves"].flush_model()
        rows = self.env.execute_query(
            SQL(
                FREE,
                ids=self.ids,
                start=start,
                stop=stop,
                minutes=minutes,
                ignored=ignored.ids if ignored else [],
                claims=claims,
            )
        )
        free = {space: [] for space in self}
        for space_id, first, last in rows:
            free[self.browse(space_id)].append((first, last))
        return free

    def _is_free(self, start, stop, ignored=None):
        """Tell whether one space can be used from ``start`` to ``stop``."""
        self.ensure_one()
        return (start, stop) in self._free(start, stop, ignored=ignored)[self]

    def _free_starts(self, start, stop, minutes, ignored=None):
        """Return when uses of a given length can begin, on the steps of each space.

        :return: {space: [start, …]}
        """
        free = self._free(start, stop, minutes, ignored)
        length = timedelta(minutes=minutes)
        starts = defaultdict(list)
        for space, ranges in free.items():
            step = timedelta(minutes=space.slot_minutes)
            for first, last in ranges:
                begin = space._on_step(first)
                while begin + length <= last:
                    starts[space].append(begin)
                    begin += step
        return starts

    def _on_step(self, moment):
        """Return the first step of this space's grid that is not before ``moment``."""
        step = timedelta(minutes=self.slot_minutes)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        steps = -((midnight - moment) // step)
        return midnight + steps * step

    def _next_free(self, minutes, after=None, days=NEAREST_DAYS):
        """Return the next start of a free time of ``minutes``; None within ``days``."""
        self.ensure_one()
        after = max(after or fields.Datetime.now(), fields.Datetime.now())
        starts = self._free_starts(after, after + timedelta(days=days), minutes)
        return next(iter(starts[self]), None)

    def _alternatives(self, start, stop, partner=None, limit=ALTERNATIVES):
        """Return what can be had instead of one use of one space.

        :return: list of (space, start, stop): the same time in spaces of at least the same
            capacity, then the nearest times here, before and after; all of them free
        """
        self.ensure_one()
        minutes = int((stop - start).total_seconds() // 60)
        domain = (
            self._bookable_domain(partner) if partner else Domain("kind", "!=", "desk")
        )
        others = self.search(
            domain
            & Domain("id", "!=", self.id)
            & Domain("kind", "=", self.kind)
            & Domain("capacity", ">=", self.capacity)
            & Domain("is_published", "=", True),
            order="capacity, id",
        )
        free = others._free(start, stop, minutes)
        found = [(space, start, stop) for space in others if free[space]][:limit]
        now = fields.Datetime.now()
        around = self._free_starts(
            max(start - timedelta(days=1), now),
            stop + timedelta(days=NEAREST_DAYS),
            minutes,
        )[self]
        length = stop - start
        nearest = sorted(around, key=lambda begin: abs(begin - start))[:limit]
        return found + [(self, begin, begin + length) for begin in sorted(nearest)]

    @api.model
    def _is_within(self, calendar, start, stop):
        """Tell whether a use lies wholly within the hours of a calendar."""
        intervals = calendar._attendance_intervals_batch(
            fields.Datetime.context_timestamp(self.with_context(tz="UTC"), start),
            fields.Datetime.context_timestamp(self.with_context(tz="UTC"), stop),
        )[False]
        seconds = sum(
            (last - first).total_seconds() for first, last, _line in intervals
        )
        return seconds >= (stop - start).total_seconds()
