from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_supermarket_member_till = fields.Boolean(
        related="pos_config_id.supermarket_member_till", readonly=False
    )
