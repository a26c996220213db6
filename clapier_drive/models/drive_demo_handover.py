import uuid
from datetime import timedelta

from odoo import api, models


class DriveDemo(models.AbstractModel):
    """The evening of the demo's last cycle: nearly all came, two things were wrong."""

    _inherit = "drive.demo"

    @api.model
    def _load_evening(self):
        """Hand the baskets of the cycle shared out over, but one; report two problems."""
        self = self._company_self()
        cycle = self.env["drive.cycle"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "allocated"),
                ("public", "=", "family"),
            ],
            limit=1,
        )
        baskets = cycle.order_ids.filtered(lambda order: order.state == "sale")
        for rank, basket in enumerate(baskets[1:]):
            point = basket.drive_cycle_point_id
            host = point._for_token(point.sudo().token)
            moment = f"{(point.start + timedelta(minutes=7 * rank % 90)).isoformat()}Z"
            event = {"order_id": basket.id, "at": moment}
            events = [
                {**event, "kind": "paid", "method": "card" if rank % 3 else "cash"},
                {**event, "kind": "handed", "scan": basket.sudo().drive_handover_token},
            ]
            if rank in (2, 5):
                events.append(
                    {
                        **event,
                        "kind": "problem",
                        "problem": "damaged" if rank == 2 else "missing",
                        "line_id": basket.drive_line_ids[:1].id,
                        "quantity": 1,
                        "note": "Écrasé au fond de la caisse" if rank == 2 else "",
                    }
                )
            host._host_take([{**item, "key": str(uuid.uuid4())} for item in events])
        # Who was to come that day has been told all of it already.
        cycle.point_ids.write({"host_told_at": cycle.point_ids[:1].start})
        for point in cycle.point_ids:
            point.write({"reminded_at": point.start, "arrived_at": point.start})
            point._note_unclaimed()
            point.unclaimed_at = point.stop
