from odoo import fields, models


class CoworkingVisitWizard(models.TransientModel):
    """Somebody of the team takes a place for a person, or invites a guest of theirs."""

    _name = "coworking.visit.wizard"
    _description = "Book a Desk"

    partner_id = fields.Many2one("res.partner", "Person", required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    space_id = fields.Many2one(
        "coworking.space",
        "Area",
        required=True,
        domain="[('kind', '=', 'desk'), ('company_id', '=', company_id)]",
        default=lambda self: self._default_space(),
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    half = fields.Selection(
        [("am", "Morning"), ("pm", "Afternoon"), ("day", "Whole Day")],
        "When",
        required=True,
        default="day",
    )
    guest_name = fields.Char("Guest", help="The place is that of this person's guest.")
    guest_email = fields.Char("Guest's E-mail")
    is_here = fields.Boolean(help="Checked in at once.")

    def _default_space(self):
        return self.env["coworking.space"].search(
            [("kind", "=", "desk"), ("company_id", "=", self.env.company.id)], limit=1
        )

    def action_book(self):
        """Book, and show the visit."""
        self.ensure_one()
        # The area is one that the caller may see: the visit itself is made in sudo.
        self.space_id.check_access("read")
        visits = self.env["coworking.visit"]
        visits.check_access("write")
        if self.guest_name or self.guest_email:
            visit_sudo = visits._invite(
                self.partner_id,
                self.space_id,
                self.day,
                self.half,
                self.guest_name or "",
                self.guest_email or "",
            )
        else:
            visit_sudo = visits._book(
                self.partner_id, self.space_id, self.day, self.half
            )
        if self.is_here:
            visit_sudo.with_env(self.env).action_check_in()
        return {
            "type": "ir.actions.act_window",
            "res_model": "coworking.visit",
            "res_id": visit_sudo.id,
            "view_mode": "form",
        }
