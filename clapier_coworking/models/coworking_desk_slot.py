from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

HALVES = [("am", "Morning"), ("pm", "Afternoon")]

# The row of the space is locked for share: its number of places cannot change meanwhile.
TAKE = """
WITH area AS (
    SELECT id, company_id, capacity FROM coworking_space WHERE id = %(space)s FOR SHARE
)
INSERT INTO coworking_desk_slot AS slot
       (space_id, company_id, day, half, seats, taken,
        create_uid, create_date, write_uid, write_date)
SELECT area.id, area.company_id, asked.day, asked.half, area.capacity, %(places)s,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM area, unnest(%(days)s::date[], %(halves)s::text[]) AS asked(day, half)
 ORDER BY asked.day, asked.half
    ON CONFLICT (space_id, day, half) DO UPDATE
   SET taken = slot.taken + EXCLUDED.taken, seats = EXCLUDED.seats
"""


class CoworkingDeskSlot(models.Model):
    """The places of a desk area on one half-day: a counter that never passes its limit."""

    _name = "coworking.desk.slot"
    _description = "Places of a Half-Day"
    _order = "day, half, space_id"
    _rec_name = "day"

    space_id = fields.Many2one(
        "coworking.space", "Area", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    day = fields.Date(required=True, readonly=True)
    half = fields.Selection(HALVES, "Half-Day", required=True, readonly=True)
    seats = fields.Integer("Places", required=True, readonly=True)
    taken = fields.Integer(required=True, readonly=True, default=0)
    left = fields.Integer(compute="_compute_left")

    _one_per_half_day = models.Constraint(
        "UNIQUE (space_id, day, half)", "This half-day is counted already."
    )
    _not_oversold = models.Constraint(
        "CHECK (taken BETWEEN 0 AND seats)", "No place is left on this half-day."
    )
    _day_idx = models.Index("(day, space_id)")

    @api.depends("seats", "taken")
    def _compute_left(self):
        for slot in self:
            slot.left = slot.seats - slot.taken

    @api.model
    def _take(self, space, day, halves):
        """Take one place of an area on half-days of a day, on all of them or none.

        One upsert in the order of the half-days: who comes at the same instant waits.

        :raise UserError: no place is left
        """
        try:
            with self.env.cr.savepoint():
                self._add(space, [(day, half) for half in sorted(halves)], 1)
        except CheckViolation as error:
            raise UserError(
                self.env._(
                    "No place is left in “%s” on that day: choose another half-day or "
                    "another day.",
                    space.name,
                )
            ) from error

    @api.model
    def _add(self, space, rows, places):
        """Add places taken on ``(day, half)`` rows, which are made where they are not."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                TAKE + " RETURNING slot.id",
                space=space.id,
                days=[day for day, _half in rows],
                halves=[half for _day, half in rows],
                places=places,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(["seats", "taken", "left"])

    @api.model
    def _give_back(self, places):
        """Free one place for each of these half-days, in the order that takes them.

        :param places: list of (space, day, half), a half-day as often as it is freed
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH freed AS (
                    SELECT space_id, day, half, count(*) AS places
                      FROM unnest(%s::int[], %s::date[], %s::text[])
                               AS freed(space_id, day, half)
                     GROUP BY 1, 2, 3
                ), locked AS (
                    SELECT slot.id, freed.places
                      FROM coworking_desk_slot slot
                      JOIN freed USING (space_id, day, half)
                     ORDER BY slot.day, slot.half, slot.space_id
                       FOR NO KEY UPDATE OF slot
                )
                UPDATE coworking_desk_slot slot SET taken = taken - locked.places
                  FROM locked WHERE slot.id = locked.id
             RETURNING slot.id
                """,
                [space.id for space, _day, _half in places],
                [day for _space, day, _half in places],
                [half for _space, _day, half in places],
            )
        )
        self.invalidate_model(["taken", "left"])

    @api.model
    def _resize(self, space):
        """Give the half-days to come the number of places that an area has now.

        :raise UserError: more places are taken on one of them
        """
        today = space.company_id._coworking_today()
        self.env.flush_all()
        fullest = self.sudo().search(
            [
                ("space_id", "=", space.id),
                ("day", ">=", today),
                ("taken", ">", space.capacity),
            ],
            order="taken desc, day, half",
            limit=1,
        )
        if fullest:
            raise UserError(
                self.env._(
                    "%(count)s places of “%(space)s” are taken on %(day)s: keep as many, "
                    "or move these people first.",
                    count=fullest.taken,
                    space=space.name,
                    day=space._tell_day(fullest.day),
                )
            )
        self.env.execute_query(
            SQL(
                "UPDATE coworking_desk_slot SET seats = %s "
                "WHERE space_id = %s AND day >= %s RETURNING id",
                space.capacity,
                space.id,
                today,
            )
        )
        self.invalidate_model(["seats", "left"])

    @api.model
    def _differences(self, spaces):
        """Return the half-days whose counter is not the number of their visits."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT slot.space_id, slot.day, slot.half, slot.taken, count(visit.id)
                  FROM coworking_desk_slot slot
                  LEFT JOIN coworking_visit visit
                    ON visit.space_id = slot.space_id AND visit.day = slot.day
                   AND visit.half IN (slot.half, 'day') AND visit.state != 'cancelled'
                 WHERE slot.space_id = ANY(%s)
                 GROUP BY slot.id
                HAVING slot.taken != count(visit.id)
                """,
                spaces.ids,
            )
        )

    @api.model
    def action_open_board(self):
        """Lay out the half-days of the next two weeks and show them."""
        self.check_access("read")
        spaces_sudo = (
            self.env["coworking.space"]
            .search(
                [
                    ("kind", "=", "desk"),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
            .sudo()
        )
        spaces_sudo._desk_lay_out()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_desk_slot_action"
        )
