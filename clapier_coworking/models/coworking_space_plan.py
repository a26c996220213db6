from odoo import fields, models


class CoworkingSpace(models.Model):
    _inherit = "coworking.space"

    share_ids = fields.One2many(
        "coworking.space.share",
        "space_id",
        "Shared Revenue",
        groups="clapier_coworking.group_coworking_user",
    )

    def _shares(self):
        """Return the shares of this space, or of the whole that it is a part of."""
        self.ensure_one()
        space = self
        while not space.share_ids and space.parent_id:
            space = space.parent_id
        return space.share_ids
