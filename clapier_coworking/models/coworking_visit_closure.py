from odoo import models
from odoo.tools import SQL

# The places of visits, given back in the order of the half-days.
GIVE_BACK = """
WITH gone AS (
    SELECT v.space_id, v.day, half.half, count(*) AS places
      FROM coworking_visit v
      JOIN (VALUES ('am'), ('pm')) AS half(half) ON v.half IN (half.half, 'day')
     WHERE v.id = ANY(%(ids)s)
  GROUP BY 1, 2, 3
), locked AS (
    SELECT slot.id, gone.places
      FROM coworking_desk_slot slot JOIN gone USING (space_id, day, half)
  ORDER BY slot.space_id, slot.day, slot.half
       FOR NO KEY UPDATE OF slot
)
UPDATE coworking_desk_slot slot SET taken = taken - locked.places
  FROM locked WHERE slot.id = locked.id
RETURNING slot.id
"""


class CoworkingVisit(models.Model):
    """Visits that the house itself cancels."""

    _inherit = "coworking.visit"

    def _cancel_for_closure(self):
        """Give these places back, all at once: no fee, days and guests given back."""
        visits_sudo = self.sudo().filtered(lambda visit: visit.state == "booked")
        if not visits_sudo:
            return
        self.env.flush_all()
        slots_sudo = self.env["coworking.desk.slot"].sudo()
        self.env.execute_query(SQL(GIVE_BACK, ids=visits_sudo.ids))
        slots_sudo.invalidate_model(["taken", "left"])
        # Meets who cancels at the same instant: one of them is tried again.
        visits_sudo.write({"state": "cancelled", "amount": 0})
        visits_sudo.flush_recordset(["state"])
        visits_sudo._refund_days()
