from odoo import api, fields, models
from odoo.tools import SQL

# 244 random bits for the QR code, four digits for who tells it aloud
PREPARE = """
    UPDATE sale_order
       SET drive_handover_state = COALESCE(drive_handover_state, 'waiting'),
           drive_handover_token =
               replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
           drive_handover_code = lpad((
               ('x' || left(gen_random_uuid()::text, 8))::bit(32)::bigint %% 10000
           )::text, 4, '0')
     WHERE drive_cycle_id = ANY(%(cycles)s) AND state = 'sale'
       AND drive_handover_token IS NULL
 RETURNING id
"""


class DriveCycle(models.Model):
    """What the closing leaves ready for the evening at the points."""

    _inherit = "drive.cycle"

    handed_count = fields.Integer("Handed Over", compute="_compute_handed_count")
    problem_ids = fields.One2many("drive.problem", "cycle_id", "Problems")
    problem_count = fields.Integer(
        "Problems Reported", compute="_compute_problem_count"
    )
    problem_new_count = fields.Integer(
        "Problems to Handle", compute="_compute_problem_count"
    )

    @api.depends("order_ids.drive_handover_state")
    def _compute_handed_count(self):
        counts = dict(
            self.env["sale.order"]._read_group(
                [
                    ("drive_cycle_id", "in", self.ids),
                    ("drive_handover_state", "=", "handed"),
                ],
                ["drive_cycle_id"],
                ["__count"],
            )
        )
        for cycle in self:
            cycle.handed_count = counts.get(cycle._origin, 0)

    @api.depends("problem_ids.state")
    def _compute_problem_count(self):
        counts = {}
        for cycle, state, count in self.env["drive.problem"]._read_group(
            [("cycle_id", "in", self.ids)], ["cycle_id", "state"], ["__count"]
        ):
            total = counts.setdefault(cycle, [0, 0])
            total[0] += count
            total[1] += count if state == "new" else 0
        for cycle in self:
            cycle.problem_count, cycle.problem_new_count = counts.get(
                cycle._origin, (0, 0)
            )

    def _close(self):
        """Override of this addon to give each basket the code of its hand-over."""
        closing = self.filtered(lambda cycle: cycle.state == "planned")
        result = super()._close()
        closing._drive_prepare_handover()
        return result

    def _drive_prepare_handover(self):
        """Give the baskets of these cycles their codes: one statement; what has one stays."""
        if not self:
            return
        self.env.flush_all()
        self.env.execute_query(SQL(PREPARE, cycles=self.ids))
        self.env["sale.order"].invalidate_model(
            ["drive_handover_state", "drive_handover_token", "drive_handover_code"]
        )

    def action_view_handover(self):
        """Show the points of this cycle on the evening."""
        action = self._action_of("drive_cycle_point_action")
        return {**action, "domain": [("cycle_id", "=", self.id)]}

    def action_view_problems(self):
        """Show the problems reported in this cycle."""
        action = self._action_of("drive_problem_action")
        return {**action, "domain": [("cycle_id", "=", self.id)]}
