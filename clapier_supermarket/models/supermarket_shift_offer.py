from odoo import fields, models


class SupermarketShift(models.Model):
    """Seats that change hands, and those who wait to hear of one."""

    _inherit = "supermarket.shift"

    def _skilled_among(self, members):
        """Return the people of ``members`` who have the skills that one shift needs."""
        self.ensure_one()
        return self.skill_ids._skilled(members.partner_id, self.date)

    def _lacks_skill(self):
        """Return whether one shift needs somebody who knows, and nobody who does stays."""
        self.ensure_one()
        return bool(self.skill_ids) and not self.registration_ids.filtered(
            lambda registration: (
                registration.holds_seat
                and registration.is_skilled
                and not registration.offered_on
            )
        )

    def _seat_freed(self):
        """Override of the shifts' hook: who watches is told."""
        result = super()._seat_freed()
        self._tell_watchers()
        return result

    def _seat_offered(self):
        """Tell who watches that somebody offers a seat."""
        self._tell_watchers()

    def _tell_watchers(self):
        """Note once for each watch and shift that there is a seat, and tell it."""
        Watch_sudo = self.env["supermarket.shift.watch"].sudo()
        now = fields.Datetime.now()
        for shift in self.sudo():
            if shift.state != "open" or shift.start <= now:
                continue
            if watches_sudo := Watch_sudo._due_for(shift):
                watches_sudo._note(shift)
                Watch_sudo._tell(watches_sudo, shift)

    def _take_attendance(self, absent=None, excused=None):
        """Override of the shifts: who offered their seat and did not come is not present."""
        Registration = self.env["supermarket.shift.registration"]
        named = (absent or Registration) | (excused or Registration)
        now = fields.Datetime.now()
        offers = self.registration_ids.filtered(
            lambda registration: (
                registration.state == "booked"
                and registration.offered_on
                and not registration.checked_in
                and registration.start <= now
            )
        )
        self.check_access("write")
        (offers - named)._expire_offers()
        return super()._take_attendance(absent, excused)
