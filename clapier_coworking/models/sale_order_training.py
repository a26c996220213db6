from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """Override of `event_sale` to say which seat is gone instead of a database error."""
        with self.env["event.registration"]._coworking_guard_seats():
            return super().action_confirm()

    def _verify_updated_quantity(
        self,
        order_line,
        product_id,
        new_qty,
        uom_id,
        *,
        event_ticket_id=False,
        **kwargs,
    ):
        """Override of `website_event_sale`: a ticket is sold to its public only."""
        if event_ticket_id and not self.env.user._is_internal():
            ticket_sudo = self.env["event.event.ticket"].sudo().browse(event_ticket_id)
            if not ticket_sudo.exists()._coworking_is_mine():
                raise UserError(
                    self.env._(
                        "This price is not for you: choose another kind of ticket."
                    )
                )
        return super()._verify_updated_quantity(
            order_line,
            product_id,
            new_qty,
            uom_id,
            event_ticket_id=event_ticket_id,
            **kwargs,
        )
