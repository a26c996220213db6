from odoo import api, models


class EventEventTicket(models.Model):
    """Tickets that are held for a payment are not available to others."""

    _inherit = "event.event.ticket"

    @api.depends("registration_ids.coworking_held_until")
    def _compute_seats(self):
        """Override of `event` to take off the tickets that are being paid."""
        result = super()._compute_seats()
        held = self.env["event.registration"]._coworking_held(
            "event_ticket_id", self.ids
        )
        for ticket in self:
            if ticket.seats_max > 0:
                ticket.seats_available -= held.get(ticket._origin.id, 0)
        return result
