from datetime import timedelta

from odoo import api, fields, models


class EventEvent(models.Model):
    """Seats that are held for a payment are not available to others."""

    _inherit = "event.event"

    @api.depends("registration_ids.coworking_held_until")
    def _compute_seats(self):
        """Override of `event` to take off the seats that are being paid."""
        result = super()._compute_seats()
        held = self.env["event.registration"]._coworking_held("event_id", self.ids)
        for event in self:
            if event.seats_max > 0:
                event.seats_available -= held.get(event._origin.id, 0)
        return result

    def _verify_seats_availability(self, slot_tickets):
        """Override of `event`: the seats of an order that holds them are there already."""
        if self.env.context.get("coworking_seats_held"):
            slot_tickets = [(slot, ticket, 0) for slot, ticket, _count in slot_tickets]
        return super()._verify_seats_availability(slot_tickets)

    def _coworking_hold_end(self):
        """Return until when a seat is held for somebody who begins to pay now."""
        self.ensure_one()
        company_sudo = (self.company_id or self.env.company).sudo()
        minutes = company_sudo._coworking_policy().seat_hold_minutes
        return fields.Datetime.now() + timedelta(minutes=minutes)
