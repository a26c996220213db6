from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

MAX_WRONG_CODES = 5
LOCK_TIME = timedelta(minutes=10)


class SupermarketTillAttempt(models.Model):
    """How many wrong codes were typed for one till manager at one till."""

    _name = "supermarket.till.attempt"
    _description = "Till Code Attempts"

    manager_id = fields.Many2one(
        "res.users", "Till Manager", required=True, ondelete="cascade"
    )
    config_id = fields.Many2one("pos.config", "Till", required=True, ondelete="cascade")
    failures = fields.Integer(required=True, default=0)
    locked_until = fields.Datetime()

    _manager_till_unique = models.UniqueIndex("(manager_id, config_id)")

    @api.model
    def _count(self, manager, config):
        """Count an attempt before the code is looked at, unless the till is locked.

        One statement on one row: of guesses sent at the same time, all but one wait or
        are replayed by the server, so that none escapes the count.

        :return: the end of the lock (naive UTC), or False when the code may be checked
        """
        now = fields.Datetime.now()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO supermarket_till_attempt AS attempt
                            (manager_id, config_id, failures)
                     VALUES (%(manager)s, %(config)s, 1)
                ON CONFLICT (manager_id, config_id) DO UPDATE
                        SET failures = CASE
                                WHEN attempt.locked_until IS NULL
                                THEN attempt.failures + 1 ELSE 1 END,
                            locked_until = CASE
                                WHEN attempt.locked_until IS NULL
                                 AND attempt.failures + 1 >= %(most)s
                                THEN %(lock_end)s END
                      WHERE attempt.locked_until IS NULL
                         OR attempt.locked_until <= %(now)s
                  RETURNING id
                """,
                manager=manager.id,
                config=config.id,
                most=MAX_WRONG_CODES,
                lock_end=now + LOCK_TIME,
                now=now,
            )
        )
        self.invalidate_model(flush=False)
        if rows:
            return False
        attempt = self.search(
            [("manager_id", "=", manager.id), ("config_id", "=", config.id)]
        )
        return attempt.locked_until

    @api.model
    def _forget(self, manager, config):
        """Forget the wrong codes once the right one was given."""
        self.search(
            [("manager_id", "=", manager.id), ("config_id", "=", config.id)]
        ).write({"failures": 0, "locked_until": False})
