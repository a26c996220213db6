from odoo import api, fields, models
from odoo.exceptions import UserError


class SupermarketShiftTeamChange(models.TransientModel):
    """Which team members join, and from when on."""

    _name = "supermarket.shift.team.change"
    _description = "Change of Team"

    member_ids = fields.Many2many(
        "supermarket.shift.member",
        string="Members",
        required=True,
        default=lambda self: self._default_member_ids(),
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    with_partners = fields.Boolean(
        "Shift Partners, Too", help="Those who work together change together."
    )
    has_partners = fields.Boolean(compute="_compute_company_id")
    kind = fields.Selection(
        [("standard", "Standard"), ("flying", "Flying")],
        "Team",
        required=True,
        default="standard",
    )
    template_id = fields.Many2one(
        "supermarket.shift.template",
        "Slot",
        domain="[('company_id', '=', company_id)]",
    )
    seats_free = fields.Integer(related="template_id.seats_free")
    date = fields.Date("From", required=True, default=fields.Date.context_today)

    @api.model
    def _default_member_ids(self):
        if self.env.context.get("active_model") != "supermarket.shift.member":
            return False
        return self.env.context.get("active_ids")

    @api.depends("member_ids")
    def _compute_company_id(self):
        for change in self:
            change.company_id = change.member_ids.company_id[:1] or self.env.company
            change.has_partners = bool(change.member_ids.shift_partner_id)

    def action_change(self):
        """Put the members into the team."""
        self.ensure_one()
        self.check_access("write")
        members = self.member_ids
        if self.with_partners:
            members |= members.shift_partner_id
        if not members:
            raise UserError(self.env._("Choose who changes team."))
        template = self.template_id if self.kind == "standard" else None
        members.sudo()._join_team(self.kind, template and template.sudo(), self.date)
        return {"type": "ir.actions.act_window_close"}
