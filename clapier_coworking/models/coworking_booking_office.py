from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..coworking_tariff import NoPrice
from .coworking_booking import ACTIVE


class CoworkingBooking(models.Model):
    """What the office sees of a booking, and does with it."""

    _inherit = "coworking.booking"

    # The columns of the kanban stand in the order of a booking's life.
    state = fields.Selection(group_expand=True)
    public_id = fields.Many2one(
        "coworking.public",
        compute="_compute_public_id",
        store=True,
        ondelete="set null",
        help="That of the person on the day of the booking.",
    )
    color = fields.Integer(related="space_id.color")
    is_active = fields.Boolean("Keeps the Time", compute="_compute_is_active")
    can_check_in = fields.Boolean(compute="_compute_can_check_in")
    availability = fields.Text(
        compute="_compute_availability", help="Said before a new booking is saved."
    )
    is_possible = fields.Boolean(compute="_compute_availability")
    order_count = fields.Integer(compute="_compute_order_count")
    group_count = fields.Integer("Asked Together", compute="_compute_group_count")
    refunded_at = fields.Datetime("Refunded On", readonly=True, copy=False)

    @api.depends("partner_id")
    def _compute_public_id(self):
        for booking in self:
            booking.public_id = booking.partner_id._coworking_public()

    @api.depends("state")
    def _compute_is_active(self):
        for booking in self:
            booking.is_active = booking.state in ACTIVE

    @api.depends("state", "start", "stop")
    def _compute_can_check_in(self):
        now = fields.Datetime.now()
        opens = {
            company: now
            + timedelta(minutes=company._coworking_policy().check_in_before_minutes)
            for company in self.company_id
        }
        for booking in self:
            booking.can_check_in = bool(
                booking._origin
                and booking.state == "confirmed"
                and booking.start <= opens[booking.company_id]
                and booking.stop > now
            )

    @api.depends(
        "partner_id", "space_id", "start", "stop", "attendee_count", "outside_hours"
    )
    def _compute_availability(self):
        for booking in self:
            booking.availability, booking.is_possible = False, False
            asked = booking.space_id and booking.start and booking.stop
            if not booking._origin and asked:
                problem = booking._tell_problem()
                booking.is_possible = not problem
                booking.availability = problem or booking._tell_price()

    def _tell_problem(self):
        """Return why this new booking would be refused, and what is free instead."""
        self.ensure_one()
        space = self.space_id._origin
        if self.stop <= self.start:
            return self.env._("A booking must end after it starts: choose a later end.")
        problem = self._problem(space.company_id._coworking_policy())
        if problem:
            return problem
        try:
            if not self.outside_hours:
                self._check_open()
        except UserError as error:
            return error.args[0]
        use = {"space": space, "start": self.start, "stop": self.stop}
        if self.env["coworking.claim"]._conflicts([{**use, "kind": "booking"}]):
            return self.env._("This time is taken.") + "\n" + self._tell_alternatives()
        return None

    def _tell_price(self):
        """Return one sentence on the price of this new booking, options apart."""
        space = self.space_id._origin
        try:
            _lines, amount = space._quote(
                self.partner_id._origin._coworking_public(), self.start, self.stop
            )
        except NoPrice:
            return self.env._("Free at that time. There is no price: it costs nothing.")
        return self.env._(
            "Free at that time: %s, taxes excluded.", space.currency_id.format(amount)
        )

    def _compute_order_count(self):
        counts = {}
        if self.ids:
            counts = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT coworking_booking_id, count(DISTINCT order_id)
                          FROM sale_order_line
                         WHERE coworking_booking_id = ANY(%s)
                         GROUP BY 1
                        """,
                        self.ids,
                    )
                )
            )
        for booking in self:
            booking.order_count = counts.get(booking.id, 0)

    @api.depends("group_id")
    def _compute_group_count(self):
        counts = dict(
            self._read_group(
                [("group_id", "in", self.group_id.ids)], ["group_id"], ["__count"]
            )
        )
        for booking in self:
            booking.group_count = counts.get(booking.group_id, 0)

    def _cancel_quote(self):
        """Return what cancelling these bookings now keeps, and gives back.

        :return: (fee without taxes, hours kept, money given back with taxes)
        """
        money = hours = back = 0.0
        paid = self._paid_amounts()
        for booking in self:
            part = booking._cancel_fee_percent() / 100
            fee = booking.currency_id.round(booking.amount * part)
            money += fee
            spent = -sum(booking.sudo().hours_row_ids.mapped("quantity"))
            hours += round(spent * part, 2)
            if booking in paid:
                back += booking._refund_left(paid[booking], fee)
        return money, hours, back

    def action_ask_cancel(self):
        """Say what a cancelling costs, then cancel."""
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "clapier_coworking.coworking_booking_cancel_action"
            ),
            "context": {"default_booking_ids": self.ids},
        }

    def action_note_refund(self):
        """Note that what was to be refunded has been given back."""
        self.check_access("write")
        due = self.filtered(
            lambda booking: booking.refund_amount and not booking.refunded_at
        )
        if due != self:
            raise UserError(self.env._("Nothing is to be refunded here."))
        due.write({"refunded_at": fields.Datetime.now()})
        for booking in due:
            booking.message_post(
                body=self.env._(
                    "Refunded: %s",
                    booking.currency_id.format(booking.refund_amount),
                )
            )

    def action_view_orders(self):
        """Open the sale orders of this booking."""
        self.ensure_one()
        orders = self.order_line_ids.order_id
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("id", "in", orders.ids)],
        }
        if len(orders) == 1:
            action.update(view_mode="form", res_id=orders.id)
        return action

    def action_view_claims(self):
        """Open what this booking holds, and has held, of its space."""
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "clapier_coworking.coworking_claim_action"
            ),
            "domain": [("booking_id", "=", self.id)],
            "context": {"active_test": False},
        }

    def action_view_group(self):
        """Open the bookings that were asked for together."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.group_id.name,
            "res_model": "coworking.booking",
            "view_mode": "list,calendar,form",
            "domain": [("group_id", "=", self.group_id.id)],
        }
