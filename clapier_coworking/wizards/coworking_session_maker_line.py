from odoo import api, fields, models

# Alternatives are looked up for the first conflicts only.
EXPLAINED = 8


class CoworkingSessionMakerLine(models.TransientModel):
    """One half-day to be made."""

    _name = "coworking.session.maker.line"
    _description = "Half-Day to Be Made"
    _order = "start, id"

    maker_id = fields.Many2one(
        "coworking.session.maker", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="maker_id.company_id")
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    space_ids = fields.Many2many(
        "coworking.space", string="Spaces", domain="[('company_id', '=', company_id)]"
    )
    is_kept = fields.Boolean("Keep", default=True)
    state = fields.Selection(
        [("free", "Free"), ("taken", "Taken"), ("closed", "Closed Day")],
        compute="_compute_state",
    )
    alternatives = fields.Text(compute="_compute_state")

    @api.depends("start", "stop", "space_ids")
    def _compute_state(self):
        self.alternatives = False
        self.state = "free"
        lines = self.filtered(
            lambda line: line.start and line.stop and line.start < line.stop
        )
        uses = [(line, line._use(space)) for line in lines for space in line.space_ids]
        if not uses:
            return
        taken = {
            n
            for n in self.env["coworking.claim"]._conflicts(
                [use for _line, use in uses]
            )
        }
        free = lines.space_ids._origin._free(
            min(lines.mapped("start")), max(lines.mapped("stop"))
        )
        explained = 0
        for n, (line, use) in enumerate(uses):
            if n in taken:
                line.state = "taken"
                if explained < EXPLAINED and not line.alternatives:
                    explained += 1
                    line.alternatives = line._alternatives(use["space"])
            elif line.state == "free" and not any(
                first <= line.start and line.stop <= last
                for first, last in free[use["space"]]
            ):
                line.state = "closed"

    def _use(self, space):
        return {
            "space": space._origin,
            "start": self.start,
            "stop": self.stop,
            "kind": "training",
            "name": self.maker_id.event_id.name or "",
        }

    def _alternatives(self, space):
        """Return in words what is free instead."""
        return "\n".join(
            f"{other.name} ({self.env['coworking.claim']._tell_time(other, start)})"
            for other, start, _stop in space._alternatives(self.start, self.stop)
        )
