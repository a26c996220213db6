from odoo import models


class DriveCycle(models.Model):
    """Institutions pay what they got, at the end of the month."""

    _inherit = "drive.cycle"

    def _credit_families(self):
        """Override of clapier_drive: what is short is not invoiced, so not credited."""
        if self.public == "institution":
            return None
        return super()._credit_families()
