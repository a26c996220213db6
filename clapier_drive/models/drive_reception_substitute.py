from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# In the order of ids, as all counters
MOVE = """
    WITH locked AS (
        SELECT id FROM drive_reception WHERE offer_id = ANY(%(offers)s) ORDER BY id
        FOR NO KEY UPDATE
    )
    UPDATE drive_reception reception
       SET quantity_substituted = COALESCE(quantity_substituted, 0) + moved.quantity
      FROM unnest(%(offers)s::int[], %(quantities)s::float[]) AS moved(offer_id, quantity),
           locked
     WHERE reception.offer_id = moved.offer_id AND locked.id = reception.id
"""


class DriveReception(models.Model):
    """``quantity_substituted`` is a counter under a check: what has come too much of."""

    _inherit = "drive.reception"

    quantity_substituted = fields.Float(
        "Given Instead",
        readonly=True,
        default=0.0,
        help="Of what has come too much, what is given instead of other products.",
    )

    _only_what_is_over = models.Constraint(
        "CHECK (COALESCE(quantity_substituted, 0) > -0.0005 AND ("
        "COALESCE(quantity_substituted, 0) < 0.0005 "
        "OR quantity_substituted < difference + 0.0005))",
        "Some of this product is given instead of another: not that much is left over.",
    )

    @api.model
    def _move_substituted(self, moves):
        """Move what offers give instead of others: {offer id: quantity}.

        :raise UserError: not enough is left over
        """
        if not moves:
            return
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(MOVE, offers=list(moves), quantities=list(moves.values()))
                )
        except CheckViolation as error:
            raise UserError(
                self.env._(
                    "Not enough of this product is left over: choose less, or another."
                )
            ) from error
        self.invalidate_model(["quantity_substituted"])
