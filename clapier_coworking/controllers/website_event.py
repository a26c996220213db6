from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.website_event_sale.controllers.main import WebsiteEventSaleController


class CoworkingEventController(WebsiteEventSaleController):
    """Trainings on the website: each public buys its own tickets."""

    def _create_attendees_from_registration_post(self, event, registration_data):
        """Override of `website_event_sale`: a ticket is sold to its public only."""
        tickets_sudo = (
            request.env["event.event.ticket"]
            .sudo()
            .browse(
                {
                    data["event_ticket_id"]
                    for data in registration_data
                    if data.get("event_ticket_id")
                }
            )
        )
        if not tickets_sudo.with_env(request.env)._coworking_is_mine():
            raise UserError(
                request.env._(
                    "This price is not for you: choose another kind of ticket."
                )
            )
        return super()._create_attendees_from_registration_post(
            event, registration_data
        )
