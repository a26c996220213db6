from odoo import api, fields, models
from odoo.exceptions import UserError

CANCELLABLE = ("pending", "awaiting", "confirmed")


class CoworkingBookingCancel(models.TransientModel):
    """Says what a cancelling costs before it is done."""

    _name = "coworking.booking.cancel"
    _description = "Cancelling of Bookings"

    booking_ids = fields.Many2many(
        "coworking.booking", string="Bookings", required=True
    )
    whole_series = fields.Boolean(
        "All That Is to Come of the Series",
        help="Also the later dates that were asked for together.",
    )
    has_series = fields.Boolean(compute="_compute_has_series")
    cancelled_ids = fields.Many2many(
        "coworking.booking", string="Will Be Cancelled", compute="_compute_quote"
    )
    fee = fields.Monetary(compute="_compute_quote")
    hours = fields.Float("Hours Kept", compute="_compute_quote")
    refund = fields.Monetary(
        "To Refund", compute="_compute_quote", help="Paid online, taxes included."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_quote")
    note = fields.Text(compute="_compute_quote")

    @api.depends("booking_ids")
    def _compute_has_series(self):
        for cancel in self:
            cancel.has_series = bool(
                cancel.booking_ids.group_id.booking_ids - cancel.booking_ids
            )

    @api.depends("booking_ids", "whole_series")
    def _compute_quote(self):
        for cancel in self:
            bookings = cancel._bookings()
            money, hours, back = bookings._cancel_quote()
            cancel.cancelled_ids = bookings
            cancel.currency_id = (
                bookings.currency_id[:1] or self.env.company.currency_id
            )
            cancel.fee, cancel.hours, cancel.refund = money, hours, back
            cancel.note = cancel._tell(bookings, money, hours)

    def _bookings(self):
        """Return the bookings that are going to be cancelled."""
        self.ensure_one()
        bookings = self.booking_ids
        if self.whole_series and bookings:
            first = min(bookings.mapped("start"))
            bookings |= bookings.group_id.booking_ids.filtered(
                lambda booking: booking.start >= first
            )
        return bookings._origin.filtered(lambda booking: booking.state in CANCELLABLE)

    def _tell(self, bookings, money, hours):
        if not bookings:
            return self.env._(
                "Nothing can be cancelled: it is over or has begun already."
            )
        kept = []
        if money:
            kept.append(self.currency_id.format(money))
        if hours:
            kept.append(self.env._("%g hours of the plan", hours))
        if kept:
            return self.env._(
                "The deadline of free cancelling has passed. Kept by the rules: %s.",
                " + ".join(kept),
            )
        return self.env._("Cancelling costs nothing: the deadline has not passed.")

    def action_cancel(self):
        """Cancel with the fee of the rules."""
        return self._cancel(waive=False)

    def action_cancel_without_fee(self):
        """Cancel and keep nothing."""
        return self._cancel(waive=True)

    def _cancel(self, waive):
        self.ensure_one()
        bookings = self._bookings()
        if not bookings:
            raise UserError(self._tell(bookings, 0, 0))
        if waive:
            bookings.action_cancel_without_fee()
        else:
            bookings.action_cancel()
        return {"type": "ir.actions.act_window_close"}
