from odoo import fields, models
from odoo.exceptions import UserError


class CoworkingWaitingJoin(models.TransientModel):
    """The office puts somebody on the waiting list of a time that is taken."""

    _name = "coworking.waiting.join"
    _description = "Addition to a Waiting List"

    partner_id = fields.Many2one("res.partner", "Who Waits", required=True)
    space_id = fields.Many2one(
        "coworking.space", required=True, domain="[('kind', '!=', 'desk')]"
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    attendee_count = fields.Integer("People", default=1, required=True)
    title = fields.Char(help="What it is for; shown to the staff only.")

    def action_join(self):
        """Put this person on the list, unless the time is free."""
        self.ensure_one()
        self.env["coworking.claim"].check_access("read")
        self.space_id.check_access("read")
        if self.space_id.kind == "desk":
            raise UserError(
                self.env._(
                    "“%s” is used place by place: book a desk there instead.",
                    self.space_id.name,
                )
            )
        self.env["coworking.waiting"]._join(
            self.partner_id,
            self.space_id,
            self.start,
            self.stop,
            attendee_count=self.attendee_count,
            title=self.title,
        )
        return {"type": "ir.actions.act_window_close"}
