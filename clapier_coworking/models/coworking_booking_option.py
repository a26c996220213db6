from odoo import fields, models


class CoworkingBookingOption(models.Model):
    """An option ordered with one booking, at the price of the day it was ordered."""

    _name = "coworking.booking.option"
    _description = "Option Ordered"
    _rec_name = "option_id"
    _order = "id"

    booking_id = fields.Many2one(
        "coworking.booking", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="booking_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="booking_id.currency_id")
    option_id = fields.Many2one("coworking.option", required=True, ondelete="restrict")
    quantity = fields.Float(required=True, default=1.0)
    amount = fields.Monetary(required=True, help="Taxes excluded.")

    _once = models.UniqueIndex(
        "(booking_id, option_id)", "This option is already ordered with this booking."
    )

    def _supply(self):
        """Hook for who supplies options, a kitchen that caters: their booking is confirmed.

        Called once for each confirmation; nothing happens without such an addon.
        """

    def _withdraw_supply(self):
        """Hook for who supplies options: their booking is over before its time."""
