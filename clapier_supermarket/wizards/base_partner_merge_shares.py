from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of base to add up the shareholdings of the persons merged."""
        self.env["supermarket.shareholding"].sudo()._fold(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
