from odoo import fields, models


class CoworkingBookingGroup(models.Model):
    """Bookings asked for at once: the dates of a series, several spaces in one basket."""

    _name = "coworking.booking.group"
    _description = "Bookings Asked For at Once"
    _order = "id desc"

    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", required=True, ondelete="restrict")
    booking_ids = fields.One2many("coworking.booking", "group_id", "Bookings")
