from odoo import fields, models


class FoodsharePaper(models.Model):
    """A paper that a team needs to cook here: hygiene training, insurance."""

    _name = "foodshare.paper"
    _description = "Paper of a Team"
    _order = "team_id, kind, date_stop desc, id"

    team_id = fields.Many2one(
        "foodshare.team", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("hygiene", "Hygiene Training (14 Hours)"),
            ("insurance", "Insurance Certificate"),
            ("other", "Other"),
        ],
        required=True,
        default="hygiene",
    )
    partner_id = fields.Many2one("res.partner", "Person")
    name = fields.Char("Number or Title")
    date_start = fields.Date("Valid From")
    date_stop = fields.Date("Valid Until", help="Empty: it does not run out.")
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    is_checked = fields.Boolean("Checked", help="The concierge has seen it.")

    _dates_ordered = models.Constraint(
        "CHECK (date_start IS NULL OR date_stop IS NULL OR date_start <= date_stop)",
        "A paper begins before it runs out.",
    )

    def _holds_on(self, day):
        """Tell whether this paper is valid on a day."""
        self.ensure_one()
        return (not self.date_start or self.date_start <= day) and (
            not self.date_stop or day <= self.date_stop
        )
