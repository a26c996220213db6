from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _drive_today(self):
        """Return today's date at the drive, whoever asks from wherever."""
        return self._supermarket_today()

    def _drive_utc(self, day, hours):
        """Return as naive UTC what the drive's clock shows on ``day`` at ``hours``."""
        zone = ZoneInfo(self._supermarket_tz())
        local = datetime.combine(day, datetime.min.time()) + timedelta(hours=hours)
        return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
