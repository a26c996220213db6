from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# One row per door: two codes typed in the same instant cannot both be the last.
SPEND = """
INSERT INTO coworking_door_try AS t (space_id, count, since)
VALUES (%(space)s, 1, %(now)s)
    ON CONFLICT (space_id) DO UPDATE SET
       count = CASE WHEN t.since < %(limit)s THEN 1 ELSE t.count + 1 END,
       since = CASE WHEN t.since < %(limit)s THEN %(now)s ELSE t.since END
RETURNING count
"""


class CoworkingDoorTry(models.Model):
    """How many wrong codes were typed at one door within the last minutes."""

    _name = "coworking.door.try"
    _description = "Wrong Codes at a Door"
    _rec_name = "space_id"
    _log_access = False

    space_id = fields.Many2one(
        "coworking.space", required=True, readonly=True, ondelete="cascade"
    )
    count = fields.Integer(required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(space_id)", "This door is counted already.")

    @api.model
    def _spend(self, space):
        """Count one try at a door before its code is looked at.

        :raise UserError: too many wrong codes here
        """
        now, policy = fields.Datetime.now(), space.sudo().company_id._coworking_policy()
        minutes = policy.door_try_minutes
        [(count,)] = self.env.execute_query(
            SQL(
                SPEND,
                space=space.id,
                now=now,
                limit=fields.Datetime.subtract(now, minutes=minutes),
            )
        )
        self.invalidate_model()
        if count > policy.door_try_max:
            raise UserError(
                self.env._(
                    "Too many wrong codes here: wait %s minutes, or log in.", minutes
                )
            )

    @api.model
    def _give_back(self, space):
        """Do not count the try that was right."""
        self.env.execute_query(
            SQL(
                "UPDATE coworking_door_try SET count = count - 1 "
                "WHERE space_id = %s AND count > 0 RETURNING id",
                space.id,
            )
        )
        self.invalidate_model()
