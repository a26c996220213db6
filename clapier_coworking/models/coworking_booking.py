from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .coworking_claim import ClaimRefused

ACTIVE = ("pending", "awaiting", "confirmed", "present")


class CoworkingBooking(models.Model):
    """One use of one space by somebody: it claims the time as soon as it is asked for."""

    _name = "coworking.booking"
    _description = "Booking"
    _inherit = ["mail.thread", "portal.mixin"]
    _order = "start desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name"]

    name = fields.Char(
        "Reference", readonly=True, copy=False, required=True, default="/"
    )
    title = fields.Char(help="What it is for; shown to the staff only.")
    partner_id = fields.Many2one(
        "res.partner", "Booked By", required=True, index=True, ondelete="restrict"
    )
    space_id = fields.Many2one(
        "coworking.space",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '!=', 'desk')]",
        tracking=True,
    )
    company_id = fields.Many2one(related="space_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(required=True, tracking=True)
    hours = fields.Float(compute="_compute_hours", store=True, precompute=True)
    attendee_count = fields.Integer("People", default=1, required=True)
    state = fields.Selection(
        [
            ("pending", "To Approve"),
            ("awaiting", "To Pay"),
            ("confirmed", "Confirmed"),
            ("present", "Checked In"),
            ("no_show", "No-Show"),
            ("cancelled", "Cancelled"),
            ("refused", "Refused"),
            ("expired", "Not Paid in Time"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="confirmed",
        index=True,
        tracking=True,
    )
    source = fields.Selection(
        [
            ("office", "Office"),
            ("portal", "Portal"),
            ("public", "Public Page"),
            ("door", "At the Door"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="office",
    )
    outside_hours = fields.Boolean(
        help="The office lets people in although the space is closed at that time."
    )
    group_id = fields.Many2one(
        "coworking.booking.group",
        "Asked With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    request_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="A request that arrives twice has the same key and counts once.",
    )
    claim_ids = fields.One2many("coworking.claim", "booking_id", "Claims")
    option_ids = fields.One2many("coworking.booking.option", "booking_id", "Options")

    # Money, fixed when the booking is made: later prices and policies do not change it
    payment = fields.Selection(
        [
            ("free", "Free"),
            ("hours", "Hours of a Plan"),
            ("online", "Online"),
            ("invoice", "Invoice"),
        ],
        tracking=True,
        help="Empty: the hours of a plan where there are enough, else as the space says.",
    )
    amount_space = fields.Monetary("Price of the Space", readonly=True, copy=False)
    amount_options = fields.Monetary("Price of the Options", readonly=True, copy=False)
    amount = fields.Monetary("Price", readonly=True, copy=False, help="Taxes excluded.")
    hours_spent = fields.Float(readonly=True, copy=False, help="Taken from a plan.")
    price_note = fields.Char("How It Is Priced", readonly=True, copy=False)
    order_line_ids = fields.One2many(
        "sale.order.line", "coworking_booking_id", "Order Lines"
    )
    hours_row_ids = fields.One2many("coworking.hours", "booking_id", "Rows of Hours")
    expires_at = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The space is freed at that time if nobody has approved or paid.",
    )
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    fee = fields.Monetary(readonly=True, copy=False, tracking=True)
    refund_amount = fields.Monetary(
        "To Refund", readonly=True, copy=False, help="Paid, and to be given back."
    )
    checked_in_at = fields.Datetime(readonly=True, copy=False)

    _stop_after_start = models.Constraint(
        "CHECK (start < stop)", "A booking must end after it starts."
    )
    _attendee_count_positive = models.Constraint(
        "CHECK (attendee_count > 0)", "A booking is for one person at least."
    )
    _request_once = models.UniqueIndex(
        "(partner_id, request_key) WHERE request_key IS NOT NULL",
        "This request has already been recorded: look at your bookings.",
    )

    @api.depends("start", "stop")
    def _compute_hours(self):
        for booking in self:
            seconds = (
                (booking.stop - booking.start).total_seconds()
                if booking.start and booking.stop
                else 0
            )
            booking.hours = seconds / 3600

    @api.depends("name", "title", "partner_id", "space_id")
    def _compute_display_name(self):
        for booking in self:
            booking.display_name = (
                f"{booking.title or booking.partner_id.name or booking.name}"
                f" – {booking.space_id.name or ''}"
            )

    def _compute_access_url(self):
        """Override of portal to lead to the page of the booking."""
        result = super()._compute_access_url()
        for booking in self:
            booking.access_url = f"/my/bookings/{booking.id}"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to check, price and claim what is booked."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = (
                    self.env["ir.sequence"].sudo().next_by_code("coworking.booking")
                    or "/"
                )
        bookings = super().create(vals_list)
        bookings._check_uses()
        bookings._price()
        bookings.filtered(lambda booking: not booking.claim_ids)._claim_time()
        bookings._begin()
        return bookings

    def write(self, vals):
        """Override of base to move the claims along with the booking."""
        moves = {"space_id", "start", "stop"} & vals.keys()
        priced = self if moves or "attendee_count" in vals else self.browse()
        priced = priced.filtered(lambda booking: booking.state in ACTIVE)
        if moves and self - priced:
            raise UserError(
                self.env._("This booking is over: make a new one instead of moving it.")
            )
        before = {booking: booking.amount for booking in priced}
        if moves:
            freed = self._freed_times()
            self.claim_ids._release(offer=False)
        result = super().write(vals)
        if priced:
            priced._check_uses()
            priced._price()
            priced._reprice(before)
        if moves:
            self._claim_time()
            self.env["coworking.waiting"]._offer_freed(freed)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        raise UserError(
            self.env._(
                "A booking is not deleted: cancel it, so that its history stays."
            )
        )

    # --- What a booking claims

    def _prepare_use(self):
        """Return what this booking claims, for ``coworking.claim._claim``."""
        self.ensure_one()
        return {
            "space": self.space_id,
            "start": self.start,
            "stop": self.stop,
            "kind": "booking",
            "name": self.title or self.name,
            "state": "pending"
            if self.state in ("pending", "awaiting")
            else "confirmed",
            "booking_id": self.id,
        }

    def _claim_time(self):
        """Claim the time of these bookings.

        :raise UserError: taken; says what can be had instead
        """
        claims = self.env["coworking.claim"]
        uses = [booking._prepare_use() for booking in self]
        try:
            claims._claim(uses)
        except ClaimRefused as refusal:
            booking = self[next(iter(refusal.numbers), 0)]
            raise booking._refusal(refusal) from refusal

    def _refusal(self, refusal):
        """Return a refusal of this booking's time that says what can be had instead."""
        return ClaimRefused(
            refusal.args[0] + "\n" + self._tell_alternatives(), refusal.numbers
        )

    def _freed_times(self):
        """Return what these bookings hold, for the waiting list: (space, start, stop)."""
        return [(booking.space_id, booking.start, booking.stop) for booking in self]

    def _tell_alternatives(self):
        """Return one sentence that names what is free instead of this booking."""
        self.ensure_one()
        alternatives = self.space_id._alternatives(
            self.start,
            self.stop,
            None if self.source == "office" else self.partner_id,
        )
        if not alternatives:
            return self.env._("Nothing like it is free in the next two weeks.")
        return self.env._(
            "Free instead: %s.",
            "; ".join(
                f"{space.name}, {self._tell_time(start)}"
                for space, start, _stop in alternatives
            ),
        )

    def _tell_time(self, moment):
        """Return a moment as the clock of the place shows it, in the reader's language."""
        tz = str((self.company_id or self.env.company)._coworking_zone())
        return format_datetime(
            self.env, moment, tz=tz, dt_format="EEEE d MMMM y, HH:mm"
        )
