from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _drive_is_plain(self):
        """Return whether what comes from here was never reserved."""
        self.ensure_one()
        return self.usage in ("supplier", "customer", "inventory", "production")
