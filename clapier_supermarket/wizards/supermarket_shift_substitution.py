from odoo import api, fields, models


class SupermarketShiftSubstitution(models.TransientModel):
    """Which adult of the household comes in place of a member, as the office notes it."""

    _name = "supermarket.shift.substitution"
    _description = "Substitution by an Attached Adult"

    registration_id = fields.Many2one(
        "supermarket.shift.registration", "Seat", required=True, readonly=True
    )
    adult_ids = fields.Many2many("res.partner", compute="_compute_adult_ids")
    person_id = fields.Many2one(
        "res.partner", "Comes Instead", domain="[('id', 'in', adult_ids)]"
    )

    @api.depends("registration_id")
    def _compute_adult_ids(self):
        for substitution in self:
            substitution.adult_ids = (
                substitution.registration_id.member_id._portal_substitutes()
            )

    def action_substitute(self):
        """Note who comes; nobody chosen: the member comes."""
        self.ensure_one()
        self.check_access("write")
        self.registration_id.check_access("write")
        self.registration_id._set_substitute(self.person_id)
        return {"type": "ir.actions.act_window_close"}
