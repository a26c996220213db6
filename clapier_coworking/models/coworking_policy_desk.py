from odoo import api, fields, models


class CoworkingPolicy(models.Model):
    """The rules of desks and guests."""

    _inherit = "coworking.policy"

    desk_cancel_hours = fields.Integer(
        "Desk Given Back, Hours Before",
        default=12,
        required=True,
        help="Until then whoever gives a place back gets the day back, or pays nothing.",
    )
    desk_late_keeps_day = fields.Boolean(
        "Late or Missed Days Stay Used",
        default=True,
        help="A day of a pass stays used where its holder cancels late or does not come.",
    )
    guest_days_month = fields.Integer(
        "Guests a Month",
        default=2,
        required=True,
        help="How many guests a member may invite each month. 0: none.",
    )

    _desk_numbers_positive = models.Constraint(
        "CHECK (desk_cancel_hours >= 0 AND guest_days_month >= 0)",
        "The numbers of desks and guests cannot be negative.",
    )

    @api.model
    def _policies_by_day(self, company, days):
        """Return ``{day: policy}`` of one company, in one search, in sudo."""
        policies_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("date_start", "<=", max(days))]
        )
        neutral_sudo = self.sudo().new({"company_id": company.id})
        return {
            day: next(
                (policy for policy in policies_sudo if policy.date_start <= day),
                neutral_sudo,
            )
            for day in days
        }

    def _half_days(self):
        """Return the hours of the wall clock of both half-days."""
        self.ensure_one()
        return {
            "am": (self.day_start, self.noon),
            "pm": (self.noon, self.evening_start),
        }
