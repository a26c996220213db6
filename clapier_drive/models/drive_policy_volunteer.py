from odoo import fields, models


class DrivePolicy(models.Model):
    """Where the volunteers of the preparation register: as for any shift of the shop."""

    _inherit = "drive.policy"

    shift_section_id = fields.Many2one(
        "supermarket.shift.section",
        "Section of Volunteers",
        default=lambda self: self._default_shift_section_id(),
        ondelete="restrict",
        help="Shifts of the preparation are made in it.",
    )
    shift_company_id = fields.Many2one(
        "res.company",
        "Shop of the Shifts",
        help="The cooperative whose members prepare the baskets; empty: no shift is made.",
    )
    shift_hours = fields.Float("Hours of the Preparation", default=4.0, required=True)
    volunteer_alert_hours = fields.Integer(
        "Too Few Volunteers, Hours Before",
        default=24,
        required=True,
        help="Before the preparation, the office is told if people are missing.",
    )

    _volunteers_positive = models.Constraint(
        "CHECK (shift_hours > 0 AND shift_hours <= 24 AND volunteer_alert_hours >= 0)",
        "A preparation lasts at most a day.",
    )

    def _default_shift_section_id(self):
        return self.env.ref(
            "clapier_supermarket.shift_section_drive", raise_if_not_found=False
        )
