from odoo import fields, models


class ResPartner(models.Model):
    """A canteen, a nursery, a care home: orders on its own cycles, pays by the month."""

    _inherit = "res.partner"

    drive_is_institution = fields.Boolean(
        "Orders as an Institution",
        groups="clapier_drive.group_drive_user",
        help="Its people order in the cycles of institutions, on their portal.",
    )

    def _drive_institution(self):
        """Return the institution this person orders for, in sudo; empty for none."""
        self.ensure_one()
        return self.sudo().commercial_partner_id.filtered("drive_is_institution")
