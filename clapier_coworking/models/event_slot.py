from odoo import api, models


class EventSlot(models.Model):
    _inherit = "event.slot"

    @api.depends("registration_ids.coworking_held_until")
    def _compute_seats(self):
        """Override of `event` to take off the seats that are being paid."""
        result = super()._compute_seats()
        held = self.env["event.registration"]._coworking_held("event_slot_id", self.ids)
        for slot in self:
            if slot.event_id.seats_max > 0:
                slot.seats_available -= held.get(slot._origin.id, 0)
        return result
