from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import fields, models

DEFAULT_TZ = "Europe/Paris"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _supermarket_tz(self):
        """Return the name of the time zone that the shop's clock shows."""
        self.ensure_one()
        return self.sudo().partner_id.tz or DEFAULT_TZ

    def _supermarket_today(self):
        """Return today's date at the shop, whoever asks from wherever."""
        now = fields.Datetime.now().replace(tzinfo=UTC)
        return now.astimezone(ZoneInfo(self._supermarket_tz())).date()

    def _supermarket_local(self, moment):
        """Return a naive UTC datetime as the shop's clock shows it, naive too."""
        zone = ZoneInfo(self._supermarket_tz())
        return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)

    def _supermarket_utc(self, local):
        """Return as naive UTC what the shop's clock shows as ``local``."""
        zone = ZoneInfo(self._supermarket_tz())
        return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
