from odoo import models
from odoo.tools import format_date, format_datetime


class ResCompany(models.Model):
    _inherit = "res.company"

    def _drive_tell(self, moment):
        """Return a moment as families read it: “Tuesday 9 March at 22:00”.

        :param moment: naive UTC datetime
        """
        zone = self.sudo()._supermarket_tz()
        day = format_datetime(self.env, moment, tz=zone, dt_format="EEEE d MMMM")
        time = format_datetime(self.env, moment, tz=zone, dt_format="HH:mm")
        return self.env._("%(day)s at %(time)s", day=day, time=time)

    def _drive_tell_day(self, day):
        """Return a day as families read it: “Thursday 11 March”."""
        return format_date(self.env, day, date_format="EEEE d MMMM")

    def _drive_tell_hours(self, start, stop):
        """Return the hours of a pick-up: “17:00 – 19:30”."""
        zone = self.sudo()._supermarket_tz()
        return " – ".join(
            format_datetime(self.env, moment, tz=zone, dt_format="HH:mm")
            for moment in (start, stop)
        )
