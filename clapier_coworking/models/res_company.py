from zoneinfo import ZoneInfo

from odoo import fields, models

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
