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
            return publics_sudo.search(
                [("for_plans", "=", False), ("for_companies", "=", False)], limit=1
            )
        partner_sudo = self.sudo()
        if partner_sudo._coworking_has_plan():
            public_sudo = publics_sudo.search([("for_plans", "=", True)], limit=1)
            if public_sudo:
                return public_sudo
        return (
            partner_sudo.coworking_public_id
            or partner_sudo.commercial_partner_id.coworking_public_id
            or publics_sudo.search(
                [
                    ("for_plans", "=", False),
                    (
                        "for_companies",
                        "=",
                        partner_sudo.commercial_partner_id.is_company,
                    ),
                ],
                limit=1,
            )
        )
