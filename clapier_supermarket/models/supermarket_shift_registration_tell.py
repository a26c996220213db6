from odoo import models


class SupermarketShiftRegistration(models.Model):
    _inherit = "supermarket.shift.registration"

    def _promoted(self):
        """Override of the waiting list: the member is told."""
        result = super()._promoted()
        self.env["supermarket.shift.message"]._queue_registrations("promoted", self)
        return result
