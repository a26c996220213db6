from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SupermarketShiftInvitation(models.TransientModel):
    """Who is asked to come to shifts where people are missing."""

    _name = "supermarket.shift.invitation"
    _description = "Invitation to Shifts"

    shift_ids = fields.Many2many(
        "supermarket.shift",
        string="Shifts",
        required=True,
        domain="[('state', '=', 'open'), ('start', '>', 'now')]",
    )
    max_count = fields.Integer(
        "At Most", default=10, required=True, help="People invited to each shift."
    )
    line_ids = fields.One2many(
        "supermarket.shift.invitation.line",
        "invitation_id",
        "Members",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    count = fields.Integer("Invitations", compute="_compute_count")

    _max_count_reasonable = models.Constraint(
        "CHECK (max_count BETWEEN 1 AND 100)",
        "Between 1 and 100 people are invited to a shift at a time.",
    )

    @api.model
    def default_get(self, fields):
        """Override of the ORM: the shifts that are selected and to come."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "supermarket.shift":
            shifts = self.env["supermarket.shift"].browse(
                self.env.context.get("active_ids") or []
            )
            values["shift_ids"] = [Command.set(self._to_come(shifts.exists()).ids)]
        return values

    @api.depends("shift_ids", "max_count")
    def _compute_line_ids(self):
        for invitation in self:
            shifts = self._to_come(invitation.shift_ids._origin)
            invitation.line_ids = [
                Command.clear(),
                *(
                    Command.create({"shift_id": shift.id, "member_id": member.id})
                    for shift in shifts
                    for member in shift._find_invitable(min(invitation.max_count, 100))
                ),
            ]

    @api.depends("line_ids")
    def _compute_count(self):
        for invitation in self:
            invitation.count = len(invitation.line_ids)

    def _to_come(self, shifts):
        """Return those of ``shifts`` to which people may still be invited."""
        now = fields.Datetime.now()
        return shifts.filtered(
            lambda shift: shift.state == "open" and shift.start > now
        )

    def action_invite(self):
        """Queue the invitations, once per shift and member."""
        self.ensure_one()
        self.check_access("write")
        lines = self.line_ids
        if not lines:
            raise UserError(
                self.env._(
                    "Nobody is left to invite: choose other shifts, or register people "
                    "yourself."
                )
            )
        lines.shift_id.check_access("write")
        lines.member_id.check_access("read")
        queued = self.env["supermarket.shift.message"]._queue_invitations(
            (line.shift_id, line.member_id) for line in lines
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Invitations queued: %s.", len(queued)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
