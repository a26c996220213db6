from contextlib import contextmanager

from psycopg2.errors import CheckViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What each statement on the table adds to the seats taken. The rows of the events and
# tickets are locked in the order of their ids, then counted in one UPDATE each: under
# Odoo's isolation the second of two transactions starts again and sees the first.
COUNT = """
CREATE OR REPLACE FUNCTION %(function)s RETURNS trigger LANGUAGE plpgsql AS $count$
DECLARE
    events int[];
    tickets int[];
BEGIN
    SELECT array_agg(DISTINCT event_id), array_agg(DISTINCT event_ticket_id)
      INTO events, tickets
      FROM (SELECT event_id, event_slot_id, event_ticket_id FROM (%(rows)s) AS r
             GROUP BY 1, 2, 3 HAVING sum(n) <> 0) AS changed;
    IF events IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM event_event WHERE id = ANY(events) ORDER BY id FOR NO KEY UPDATE;
    UPDATE event_event AS parent
       SET coworking_seats_counted = COALESCE(coworking_seats_counted, 0) + change.n,
           coworking_seats_over = GREATEST(LEAST(COALESCE(coworking_seats_over, 0),
               COALESCE(coworking_seats_counted, 0) + change.n
               - COALESCE(seats_max, 0)), 0)
      FROM (SELECT event_id, sum(n)::int AS n FROM (%(rows)s) AS r GROUP BY 1) AS change
     WHERE parent.id = change.event_id AND parent.id = ANY(events);
    PERFORM FROM event_event_ticket WHERE id = ANY(tickets)
      ORDER BY id FOR NO KEY UPDATE;
    UPDATE event_event_ticket AS parent
       SET coworking_seats_counted = COALESCE(coworking_seats_counted, 0) + change.n,
           coworking_seats_over = GREATEST(LEAST(COALESCE(coworking_seats_over, 0),
               COALESCE(coworking_seats_counted, 0) + change.n
               - COALESCE(seats_max, 0)), 0)
      FROM (SELECT event_ticket_id, sum(n)::int AS n FROM (%(rows)s) AS r
             GROUP BY 1) AS change
     WHERE parent.id = change.event_ticket_id AND parent.id = ANY(tickets);
    RETURN NULL;
END
$count$
"""
# A draft that is held for its payment counts: see event_registration_hold.
HOLDS = (
    "active AND (state IN ('open', 'done') "
    "OR state = 'draft' AND coworking_held_until IS NOT NULL)"
)
NEW = f"SELECT *, 1 AS n FROM new_rows WHERE {HOLDS}"
OLD = f"SELECT *, -1 AS n FROM old_rows WHERE {HOLDS}"
# name: (event, transition tables, rows)
TRIGGERS = {
    "coworking_seats_insert": ("INSERT", "NEW TABLE AS new_rows", NEW),
    "coworking_seats_update": (
        "UPDATE",
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        f"{NEW} UNION ALL {OLD}",
    ),
    "coworking_seats_delete": ("DELETE", "OLD TABLE AS old_rows", OLD),
}
# Odoo lets a limit go below what is registered: whoever is there stays, nobody is added.
LIMIT = """
CREATE OR REPLACE FUNCTION coworking_seats_limit() RETURNS trigger LANGUAGE plpgsql
AS $limit$
BEGIN
    NEW.coworking_seats_over := GREATEST(
        COALESCE(NEW.coworking_seats_counted, 0) - COALESCE(NEW.seats_max, 0), 0);
    RETURN NEW;
END
$limit$
"""
LIMIT_COLUMNS = {
    "event_event": "seats_max, seats_limited, is_multi_slots",
    "event_event_ticket": "seats_max, coworking_is_per_slot",
}
RECOUNT = """
UPDATE %(table)s AS parent
   SET coworking_seats_counted = counted.n,
       coworking_seats_over = GREATEST(counted.n - COALESCE(parent.seats_max, 0), 0)
  FROM (SELECT p.id, count(r.id)::int AS n
          FROM %(table)s AS p
          LEFT JOIN event_registration AS r ON r.%(link)s = p.id
           AND r.active AND (r.state IN ('open', 'done')
               OR r.state = 'draft' AND r.coworking_held_until IS NOT NULL)
         GROUP BY p.id) AS counted
 WHERE counted.id = parent.id
   AND COALESCE(parent.coworking_seats_counted, -1) <> counted.n
"""
LINKS = {"event_event": "event_id", "event_event_ticket": "event_ticket_id"}


def install_triggers(cr):
    """Set what counts the seats, and count those that are taken already."""
    for name, (event, tables, rows) in TRIGGERS.items():
        cr.execute(SQL(COUNT, function=SQL(f"{name}()"), rows=SQL(rows)))
        cr.execute(
            SQL(
                "CREATE OR REPLACE TRIGGER %s AFTER %s ON event_registration "
                "REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %s",
                SQL.identifier(name),
                SQL(event),
                SQL(tables),
                SQL(f"{name}()"),
            )
        )
    for table, link in LINKS.items():
        cr.execute(SQL(RECOUNT, table=SQL(table), link=SQL(link)))
    cr.execute(SQL(LIMIT))
    for table, columns in LIMIT_COLUMNS.items():
        cr.execute(
            SQL(
                "CREATE OR REPLACE TRIGGER coworking_seats_limit BEFORE UPDATE OF %s "
                "ON %s FOR EACH ROW EXECUTE FUNCTION coworking_seats_limit()",
                SQL(columns),
                SQL(table),
            )
        )


def drop_triggers(cr):
    """Take out what :func:`install_triggers` has set."""
    for name in (*TRIGGERS, "coworking_seats_limit"):
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL(f"{name}()")))


class EventRegistration(models.Model):
    """A registration takes its seat under the database's own limit, in every event.

    Stock `event` counts, then inserts: twenty people at once all get the last seat.
    """

    _inherit = "event.registration"

    def init(self):
        """Override of the ORM to set the triggers once every table is there."""
        self.pool.post_init(install_triggers, self.env.cr)
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `event` to refuse by a sentence what the counter refuses."""
        with self._coworking_guard_seats():
            registrations = super().create(vals_list)
        registrations._coworking_forget_seats()
        return registrations

    def write(self, vals):
        """Override of `event` to refuse by a sentence what the counter refuses."""
        if not {
            "state",
            "active",
            "event_id",
            "event_slot_id",
            "event_ticket_id",
            "coworking_held_until",
        } & set(vals):
            return super().write(vals)
        self._coworking_forget_seats()
        with self._coworking_guard_seats():
            result = super().write(vals)
        self._coworking_forget_seats()
        return result

    def _coworking_forget_seats(self):
        """Drop from the cache what the triggers have changed, or are about to."""
        for parents in (self.sudo().event_id, self.sudo().event_ticket_id):
            parents.invalidate_recordset(
                ["coworking_seats_counted", "coworking_seats_over"], flush=False
            )

    @contextmanager
    def _coworking_guard_seats(self):
        """Turn the refusal of a counter into a sentence, all undone.

        :raise UserError: an event, or a kind of ticket, has no seat left
        """
        try:
            with self.env.cr.savepoint():
                yield
        except CheckViolation as error:
            refusals = {
                "event_event_coworking_never_oversold": self.env._(
                    "This event is full: choose another date, or join the waiting list."
                ),
                "event_event_ticket_coworking_never_oversold": self.env._(
                    "No ticket of this kind is left: choose another one, or join the "
                    "waiting list."
                ),
            }
            name = error.diag.constraint_name
            if name not in refusals:
                raise
            raise UserError(refusals[name]) from error

    @api.model
    def _coworking_seat_differences(self):
        """Return the ids of events and tickets whose counter is not what is registered.

        :return: dict of table: list of ids; both empty as long as all is well
        """
        self.env.flush_all()
        return {
            table: [
                row[0]
                for row in self.env.execute_query(
                    SQL(
                        "SELECT p.id FROM %s AS p LEFT JOIN event_registration AS r "
                        "ON r.%s = p.id AND r.active AND (r.state IN ('open', 'done') "
                        "OR r.state = 'draft' AND r.coworking_held_until IS NOT NULL) "
                        "GROUP BY p.id HAVING p.coworking_seats_counted <> count(r.id)",
                        SQL(table),
                        SQL(link),
                    )
                )
            ]
            for table, link in LINKS.items()
        }
