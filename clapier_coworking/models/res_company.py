from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import format_datetime

from ..coworking_time import to_local

DEFAULT_TZ = "Europe/Paris"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _coworking_zone(self):
        """Return the time zone that the clocks of this organisation's spaces show."""
        self.ensure_one()
        return ZoneInfo(self.sudo().partner_id.tz or DEFAULT_TZ)

    def _coworking_local(self, moment):
        """Return a naive UTC datetime as the clock of the place shows it, naive too."""
        return to_local(moment, self._coworking_zone())

    def _coworking_today(self):
        """Return today's date at the place, whoever asks from wherever."""
        return self._coworking_local(fields.Datetime.now()).date()

    def _coworking_policy(self, date=None):
        """Return the policy in force on ``date``, today at the place by default, in sudo."""
        self.ensure_one()
        return self.env["coworking.policy"]._policy_for(
            self, date or self._coworking_today()
        )

    def _coworking_tell(self, moment, dt_format="EEEE d MMMM y, HH:mm"):
        """Return a naive UTC datetime as the clock of the place shows it, in words."""
        return format_datetime(
            self.env, moment, tz=str(self._coworking_zone()), dt_format=dt_format
        )

    def _coworking_tell_range(self, start, stop):
        """Return a range of naive UTC datetimes in words; the day once if it is the same."""
        if not (self and start and stop):
            return ""
        days = {self._coworking_local(moment).date() for moment in (start, stop)}
        last = "HH:mm" if len(days) == 1 else "EEEE d MMMM y, HH:mm"
        return f"{self._coworking_tell(start)} – {self._coworking_tell(stop, last)}"
