from odoo import api, fields, models
from odoo.fields import Domain


class DriveSolidarity(models.Model):
    """Who pays the solidarity price, and until when: read by its own group alone.

    Nothing else says it: baskets carry the price, no discount and no mark.
    """

    _name = "drive.solidarity"
    _description = "Solidarity Price"
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Family", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_start = fields.Date("From", required=True, default=fields.Date.context_today)
    date_stop = fields.Date("Until", help="Empty: until further notice.")
    note = fields.Char(help="Who decided it. Nothing about the family's situation.")

    _dates_ordered = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)",
        "The solidarity price ends after it begins.",
    )

    @api.model
    def _marked(self, partners, company):
        """Return those of ``partners`` who pay the solidarity price today."""
        today = company._drive_today()
        found_sudo = self.sudo().search(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "=", company.id)
            & Domain("date_start", "<=", today)
            & (Domain("date_stop", "=", False) | Domain("date_stop", ">=", today))
        )
        return found_sudo.partner_id

    @api.model
    def _reduced(self, company):
        """Return the part of the price that families with the solidarity price pay."""
        policy = self.env["drive.policy"]._policy_for(company, company._drive_today())
        return 1 - policy.solidarity_rate / 100

    @api.model
    def _factor(self, partner, company):
        """Return the part of the price that one family pays: 1, or less."""
        marked = partner and self._marked(partner, company)
        return self._reduced(company) if marked else 1.0
