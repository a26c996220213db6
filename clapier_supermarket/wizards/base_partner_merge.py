from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Override of base: one person is not attached to themself."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        for name in ("supermarket_holder_id", "supermarket_legal_representative_id"):
            partners.filtered(lambda partner, name=name: partner[name] in partners)[
                name
            ] = False
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _update_values(self, src_partners, dst_partner):
        """Override of base to keep one member number, move the card and count households.

        :raise UserError: when a member would disappear
        """
        for partner_sudo in src_partners.sudo():
            if partner_sudo.supermarket_member_number:
                raise UserError(
                    self.env._(
                        "%(name)s has member number %(number)s: keep this person as the "
                        "destination of the merge.",
                        name=partner_sudo.display_name,
                        number=partner_sudo.supermarket_member_number,
                    )
                )
        dst_partner.check_access("write")
        src_sudo, dst_sudo = src_partners.sudo(), dst_partner.sudo()
        if dst_sudo.supermarket_is_member:
            src_sudo.supermarket_holder_id = False
        cards = src_sudo.filtered("barcode").mapped("barcode")
        src_sudo.barcode = False
        if cards and not dst_sudo.barcode:
            dst_sudo.barcode = cards[-1]
        # Base copies every field, also those that only the software writes.
        result = super()._update_values(src_sudo, dst_sudo)
        dst_sudo._supermarket_recount_seats()
        return result
