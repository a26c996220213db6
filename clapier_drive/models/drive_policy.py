from odoo import fields, models

from ..drive_crates import CrateKind


class DrivePolicy(models.Model):
    """The rules of one drive from a date on; a cycle is judged by those of its pick-up day."""

    _name = "drive.policy"
    _inherit = ["supermarket.dated.policy"]
    _description = "Drive Policy"

    horizon_weeks = fields.Integer(
        "Cycles Made Ahead",
        default=4,
        required=True,
        help="Weeks ahead of today for which cycles are made from the schedules.",
    )
    payment_minutes = fields.Integer(
        "Minutes to Pay",
        default=30,
        required=True,
        help="A basket whose online payment has not come by then loses what it held.",
    )
    crate_volume = fields.Float("Litres of a Crate", default=40.0, required=True)
    crate_weight = fields.Float("Kilograms of a Crate", default=15.0, required=True)
    lines_per_volunteer = fields.Integer(
        "Lines of a Volunteer",
        default=120,
        required=True,
        help="How many order lines one volunteer prepares in one shift.",
    )
    fairness_weeks = fields.Integer(
        "Weeks of Fairness",
        default=8,
        required=True,
        help="What a family went without in the weeks before counts when goods are short.",
    )

    _one_per_day = models.UniqueIndex(
        "(company_id, date_start)",
        "This drive already has a policy from that date on: change that one, or choose "
        "another date.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (horizon_weeks >= 0 AND payment_minutes > 0 AND crate_volume > 0 "
        "AND crate_weight > 0 AND lines_per_volunteer > 0 AND fairness_weeks >= 0)",
        "The numbers of a policy are positive.",
    )

    def _crate_kind(self):
        """Return what a crate holds, for the planner."""
        self.ensure_one()
        return CrateKind(self.crate_volume, self.crate_weight)
