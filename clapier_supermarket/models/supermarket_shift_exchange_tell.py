from odoo import models


class SupermarketShiftExchange(models.Model):
    _inherit = "supermarket.shift.exchange"

    def _exchanged(self):
        """Override of the exchanges' hook: each is told which shift is theirs now."""
        result = super()._exchanged()
        self.env["supermarket.shift.message"]._queue_registrations(
            "exchanged", self.received_id
        )
        return result
