from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class FoodshareRate(models.Model):
    """How often an address was used within the hour: a counter, without who."""

    _name = "foodshare.rate"
    _description = "Uses of an Address per Hour"
    _log_access = False

    subject = fields.Char(required=True)
    hour = fields.Datetime(required=True, index=True)
    uses = fields.Integer(required=True, default=0)

    _subject_hour = models.UniqueIndex("(subject, hour)")

    @api.model
    def _count(self, subject, most):
        """Count one use of an address, before anything is looked at.

        :param subject: string that names the address
        :param most: uses within one hour that are allowed
        :return: whether this use is allowed
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        [[uses]] = self.env.execute_query(
            SQL(
                """
                INSERT INTO foodshare_rate AS rate (subject, hour, uses)
                     VALUES (%s, %s, 1)
                ON CONFLICT (subject, hour) DO UPDATE SET uses = rate.uses + 1
                  RETURNING uses
                """,
                subject,
                hour,
            )
        )
        self.invalidate_model(flush=False)
        return uses <= most

    @api.autovacuum
    def _gc_rates(self):
        limit = fields.Datetime.now() - timedelta(days=1)
        self.search([("hour", "<", limit)]).unlink()
