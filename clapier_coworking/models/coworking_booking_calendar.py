import vobject
from vobject.icalendar import utc

from odoo import models

STATUSES = {"pending": "TENTATIVE", "awaiting": "TENTATIVE", "cancelled": "CANCELLED"}


class CoworkingBooking(models.Model):
    """Bookings as calendar programs read them."""

    _inherit = "coworking.booking"

    def _calendar(self, name=None):
        """Return these bookings as an iCalendar, in bytes.

        :param name: what the calendar is called; None where it is one booking
        """
        instance = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        calendar = vobject.iCalendar()
        calendar.add("method").value = "PUBLISH"
        if name:
            calendar.add("x-wr-calname").value = name
        for booking in self:
            space = booking.space_id
            event = calendar.add("vevent")
            event.add("uid").value = f"coworking-booking-{booking.id}@{instance}"
            event.add("dtstamp").value = booking.write_date.replace(
                microsecond=0, tzinfo=utc
            )
            event.add("dtstart").value = booking.start.replace(tzinfo=utc)
            event.add("dtend").value = booking.stop.replace(tzinfo=utc)
            event.add("status").value = STATUSES.get(booking.state, "CONFIRMED")
            event.add("summary").value = booking.title or space.name
            event.add("location").value = f"{space.name}, {booking.company_id.name}"
            event.add("description").value = booking.name
        return calendar.serialize().encode()
