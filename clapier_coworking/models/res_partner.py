from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    coworking_public_id = fields.Many2one(
        "coworking.public",
        "Public",
        groups="clapier_coworking.group_coworking_user",
        help="Sets the prices of spaces and trainings; empty: inhabitant or company.",
    )
    coworking_invoice_allowed = fields.Boolean(
        "Books on Invoice",
        groups="clapier_coworking.group_coworking_user",
        help="Bookings are confirmed at once and invoiced, instead of paid online.",
    )

    def _coworking_has_plan(self):
        """Tell whether this person or their organisation has a running plan."""
        self.ensure_one()
        return False

    def _coworking_public(self):
        """Return the public that sets this person's prices, in sudo."""
        publics_sudo = self.env["coworking.public"].sudo()
        if not self:
            return publics_sudo.browse(publics_sudo._default_id() or [])
        partner_sudo = self.sudo()
        if partner_sudo._coworking_has_plan():
            public_id = publics_sudo._default_id(for_plans=True)
            if public_id:
                return publics_sudo.browse(public_id)
        commercial_sudo = partner_sudo.commercial_partner_id
        return (
            partner_sudo.coworking_public_id
            or commercial_sudo.coworking_public_id
            or publics_sudo.browse(
                publics_sudo._default_id(for_companies=commercial_sudo.is_company) or []
            )
        )
