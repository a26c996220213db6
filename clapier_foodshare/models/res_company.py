from odoo import models

from odoo.addons.clapier_coworking.coworking_time import at, to_utc


class ResCompany(models.Model):
    _inherit = "res.company"

    def _foodshare_policy(self, date=None):
        """Return the foodshare's policy in force on ``date``, today by default, in sudo."""
        self.ensure_one()
        return self.env["foodshare.policy"]._policy_for(
            self, date or self._coworking_today()
        )

    def _foodshare_utc(self, day, hours):
        """Return as naive UTC what the clock of the place shows on ``day`` at ``hours``.

        :raise ImpossibleTime: the clocks change at that time
        """
        return to_utc(at(day, hours), self._coworking_zone())
