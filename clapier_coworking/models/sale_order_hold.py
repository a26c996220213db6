from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Orders of seats: held while they are paid, and what becomes of a late payment."""

    _inherit = "sale.order"

    def _coworking_registrations(self):
        """Return the drafts of seats that these orders sell, in sudo."""
        return (
            self.env["event.registration"]
            .sudo()
            .search([("sale_order_id", "in", self.ids), ("state", "=", "draft")])
        )

    def _coworking_is_being_paid(self):
        """Tell whether a payment of one of these orders is under way, or made."""
        return any(
            transaction.state in ("pending", "authorized", "done")
            for transaction in self.sudo().transaction_ids
        )

    def _coworking_keep_paid_seats(self):
        """Hold the seats of orders that are paid; say where one is gone.

        The payment came after the hold had ended and others had the seat: the order is
        confirmed without it, and whoever sells is asked to pay back or to find another.
        """
        for order_sudo in self.sudo():
            drafts_sudo = order_sudo._coworking_registrations()
            try:
                drafts_sudo._coworking_hold()
            except UserError:
                drafts_sudo.with_context(coworking_no_offer=True).write(
                    {"state": "cancel"}
                )
                order_sudo.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("Paid too late: no seat is left"),
                    note=self.env._(
                        "The seat was held until its time to pay ended and somebody else "
                        "has it: pay back this order, or register these people on another "
                        "date."
                    ),
                    user_id=(
                        drafts_sudo.event_id.user_id[:1]
                        or order_sudo.user_id
                        or self.env.ref("base.user_admin")
                    ).id,
                )
