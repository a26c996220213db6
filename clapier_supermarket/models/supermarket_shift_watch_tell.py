from odoo import api, models


class SupermarketShiftWatch(models.Model):
    _inherit = "supermarket.shift.watch"

    @api.model
    def _tell(self, watches, shift):
        """Override of the watches' hook: a mail is queued, one per member and day."""
        result = super()._tell(watches, shift)
        self.env["supermarket.shift.message"]._queue_seat_freed(
            watches.member_id, shift
        )
        return result
