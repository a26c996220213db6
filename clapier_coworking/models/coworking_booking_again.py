from datetime import timedelta

from odoo import api, fields, models

# How many spaces are offered again, how far ahead, and among how many last bookings.
AGAIN = 3
AGAIN_DAYS = 14
LOOKED_AT = 40


class CoworkingBooking(models.Model):
    """What people book again and again, in one tap."""

    _inherit = "coworking.booking"

    @api.model
    def _portal_again(self, partner, spaces):
        """Return what this person may want once more: their last spaces, when free next.

        :param spaces: the spaces that the website shows
        :return: list of dicts of ``space``, ``when`` in words, ``use`` as addresses write it
        """
        last_sudo = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("space_id", "in", spaces.ids),
                ("state", "not in", ("refused", "expired")),
            ],
            order="start desc",
            limit=LOOKED_AT,
        )
        offers = []
        for bookings_sudo in list(last_sudo.grouped("space_id").values())[:AGAIN]:
            booking_sudo = bookings_sudo[0]
            space, start = booking_sudo.space_id, booking_sudo._next_alike()
            if start:
                stop = start + (booking_sudo.stop - booking_sudo.start)
                offers.append(
                    {
                        "space": space,
                        "when": space._tell_use(start, stop),
                        "use": space._website_use_utc(start, stop),
                    }
                )
        return offers

    def _next_alike(self):
        """Return when this use is free next, at its own hour if it can be; None if never."""
        self.ensure_one()
        now = fields.Datetime.now()
        minutes = int((self.stop - self.start).total_seconds() // 60)
        starts = self.space_id._free_starts(
            now, now + timedelta(days=AGAIN_DAYS), minutes
        )[self.space_id]
        local = self.company_id._coworking_local
        hour = local(self.start).time()
        return next(
            (start for start in starts if local(start).time() == hour),
            next(iter(starts), None),
        )
