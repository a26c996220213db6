import secrets

import vobject
from vobject.icalendar import utc

from odoo import api, fields, models

from .coworking_booking import ACTIVE


class CoworkingBooking(models.Model):
    """What people are told about their bookings: mails, invitations, the door's code."""

    _inherit = "coworking.booking"

    check_in_code = fields.Char(
        "Door Code",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: f"{secrets.randbelow(10**6):06}",
        help="Typed at the door by whoever comes without an account.",
    )
    move_count = fields.Integer(
        "Moves", readonly=True, copy=False, help="The version of its invitation."
    )
    invited = fields.Boolean(
        compute="_compute_invited",
        help="A calendar may hold it: it was confirmed once.",
    )
    when_label = fields.Char("When", compute="_compute_when_label")

    @api.depends("start", "stop", "company_id")
    @api.depends_context("lang")
    def _compute_when_label(self):
        for booking in self:
            booking.when_label = booking.company_id._coworking_tell_range(
                booking.start, booking.stop
            )

    @api.depends("state")
    def _compute_invited(self):
        told = dict(
            self.env["coworking.notice"]
            .sudo()
            ._read_group(
                [
                    ("booking_id", "in", self.ids),
                    ("kind", "=", "confirmed"),
                    ("state", "=", "sent"),
                ],
                ["booking_id"],
                ["__count"],
            )
        )
        for booking in self:
            booking.invited = booking._origin in told

    def write(self, vals):
        """Override of the booking to tell people that it was moved."""
        before = {}
        if {"space_id", "start", "stop"} & vals.keys():
            before = {
                booking: (booking.space_id, booking.start, booking.stop)
                for booking in self
            }
        result = super().write(vals)
        moved = self.filtered(
            lambda booking: (
                booking in before
                and before[booking] != (booking.space_id, booking.start, booking.stop)
                and booking.state in ACTIVE
            )
        )
        for count, bookings in moved.grouped("move_count").items():
            bookings.write({"move_count": count + 1})
            bookings._notify("moved", str(count + 1))
        return result

    # --- Invitations

    def _calendar_uid(self):
        """Return what names this booking in calendars, the same in mails and feeds."""
        self.ensure_one()
        instance = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"coworking-booking-{self.id}@{instance}"

    def _calendar(self):
        """Return the invitation to these bookings as an iCalendar, in bytes.

        One booking is an invitation, or its cancelling. Several come as a calendar that is
        imported at once: a program reads one booking from an invitation.
        """
        going = self.filtered(lambda booking: booking.state in ACTIVE)
        method = "REQUEST" if going else "CANCEL"
        calendar = vobject.iCalendar()
        calendar.add("method").value = method if len(self) == 1 else "PUBLISH"
        for booking in self:
            booking._add_event(calendar)
        return calendar.serialize().encode()

    def _add_event(self, calendar):
        """Add this booking to a vobject calendar."""
        self.ensure_one()
        company, going = self.company_id.sudo(), self.state in ACTIVE
        event = calendar.add("vevent")
        event.add("uid").value = self._calendar_uid()
        # A cancelling comes after every move.
        event.add("sequence").value = str(self.move_count + (0 if going else 1))
        event.add("dtstamp").value = fields.Datetime.now().replace(
            microsecond=0, tzinfo=utc
        )
        event.add("dtstart").value = self.start.replace(tzinfo=utc)
        event.add("dtend").value = self.stop.replace(tzinfo=utc)
        event.add("summary").value = self.space_id.name
        event.add("location").value = ", ".join(
            part
            for part in (
                self.space_id.name,
                company.name,
                company.street,
                " ".join(filter(None, (company.zip, company.city))),
            )
            if part
        )
        event.add("description").value = self.env._("Booking %s", self.name)
        event.add("status").value = "CONFIRMED" if going else "CANCELLED"
        event.add("transp").value = "OPAQUE" if going else "TRANSPARENT"
        organizer = company.partner_id.email_normalized
        if organizer:
            event.add("organizer").value = f"mailto:{organizer}"
            event.organizer.params["CN"] = [company.name]
        if self.partner_id.email_normalized:
            event.add("attendee").value = f"mailto:{self.partner_id.email_normalized}"
            event.attendee.params.update(
                {
                    "PARTSTAT": ["ACCEPTED"],
                    "RSVP": ["FALSE"],
                    "ROLE": ["REQ-PARTICIPANT"],
                }
            )
