from odoo import api, fields, models, tools
from odoo.tools import format_date

from ..coworking_tariff import DayParts


class CoworkingPolicy(models.Model):
    """The rules of one organisation from a date on; a booking is judged by those of its day."""

    _name = "coworking.policy"
    _description = "Coworking Policy"
    _order = "date_start desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_start = fields.Date(
        "In Force From", required=True, copy=False, default=fields.Date.context_today
    )
    note = fields.Char("Decided By", help="Who decided these rules, and when.")
    is_current = fields.Boolean("In Force", compute="_compute_is_current")

    # The parts of a day
    day_start = fields.Float("Morning From", default=8.0, required=True)
    noon = fields.Float(
        "Afternoon From",
        default=13.0,
        required=True,
        help="A half-day ends or begins at this hour.",
    )
    evening_start = fields.Float(
        "Evening From",
        default=18.0,
        required=True,
        help="From this hour on, the price of the evening applies.",
    )
    # Booking
    horizon_days = fields.Integer(
        "Days Ahead",
        default=365,
        required=True,
        help="How many days ahead a space can be booked.",
    )
    occurrence_max = fields.Integer(
        "Dates of a Series",
        default=60,
        required=True,
        help="How many dates one request may ask for.",
    )
    payment_minutes = fields.Integer(
        "Minutes to Pay",
        default=30,
        required=True,
        help="An online payment that has not come by then frees the space.",
    )
    approval_hours = fields.Integer(
        "Hours to Approve",
        default=72,
        required=True,
        help="A request that nobody answered by then is refused and the space freed.",
    )
    offer_minutes = fields.Integer(
        "Minutes of an Offer",
        default=120,
        required=True,
        help="How long a freed time is kept for the first of the waiting list.",
    )
    reminder_hours = fields.Integer(
        "Reminder, Hours Before",
        default=24,
        required=True,
        help="0: no reminder.",
    )
    # Cancelling
    cancel_free_hours = fields.Integer(
        "Free Cancelling, Hours Before",
        default=48,
        required=True,
        help="Until then a booking is cancelled without any fee.",
    )
    cancel_fee_percent = fields.Float(
        "Fee of a Late Cancelling (%)",
        default=50.0,
        required=True,
        help="What is due of the price after that deadline, and before the start.",
    )
    no_show_fee_percent = fields.Float(
        "Fee of a No-Show (%)", default=100.0, required=True
    )
    # At the door
    check_in_before_minutes = fields.Integer(
        "Check-In, Minutes Before", default=15, required=True
    )
    no_show_minutes = fields.Integer(
        "No-Show After",
        default=20,
        required=True,
        help="Minutes after the start: who has not checked in loses the space where the "
        "space asks for a check-in. 0: never.",
    )
    # Hours and passes
    hours_validity_months = fields.Integer(
        "Hours Kept, Months",
        default=3,
        required=True,
        help="Hours and passes that a plan grants expire after that many months.",
    )
    pause_max_days = fields.Integer(
        "Pause at Most, Days",
        default=62,
        required=True,
        help="How many days a year a plan may be paused.",
    )

    _one_per_day = models.UniqueIndex(
        "(company_id, date_start)",
        "This organisation already has a policy from that date on: change that one, or "
        "choose another date.",
    )
    _day_parts_ordered = models.Constraint(
        "CHECK (0 <= day_start AND day_start < noon AND noon < evening_start "
        "AND evening_start <= 24)",
        "The parts of a day follow each other: morning, afternoon, evening.",
    )
    _percents_are_parts = models.Constraint(
        "CHECK (cancel_fee_percent BETWEEN 0 AND 100 "
        "AND no_show_fee_percent BETWEEN 0 AND 100)",
        "A fee is a part of the price: between 0 and 100 %.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (LEAST(horizon_days, occurrence_max, payment_minutes, approval_hours, "
        "offer_minutes, reminder_hours, cancel_free_hours, check_in_before_minutes, "
        "no_show_minutes, hours_validity_months, pause_max_days) >= 0)",
        "The numbers of a policy cannot be negative.",
    )

    @api.depends("date_start", "company_id")
    def _compute_is_current(self):
        in_force = self.browse().union(
            *(self._policy_for(company) for company in self.company_id)
        )
        for policy in self:
            policy.is_current = policy._origin in in_force

    @api.depends("date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "Policy from %s", format_date(self.env, policy.date_start)
            )

    @api.model
    def _policy_for(self, company, date=None):
        """Return the policy of ``company`` in force on ``date`` (today by default), in sudo.

        :return: coworking.policy record; an unsaved one holding the defaults where the
            company has none yet
        """
        date = date or fields.Date.context_today(self)
        policy_id = self._policy_id(company.id, fields.Date.to_date(date))
        if policy_id:
            return self.sudo().browse(policy_id)
        return self.sudo().new({"company_id": company.id, "date_start": date})

    @api.model
    @tools.ormcache("company_id", "date")
    def _policy_id(self, company_id, date):
        """Return the id of the policy in force, or None; every booking asks several times."""
        return (
            self.sudo()
            .search(
                [("company_id", "=", company_id), ("date_start", "<=", date)], limit=1
            )
            .id
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base: what is remembered of the policies in force is forgotten."""
        result = super().create(vals_list)
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        """Override of base: what is remembered of the policies in force is forgotten."""
        result = super().write(vals)
        if {"company_id", "date_start"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of base: what is remembered of the policies in force is forgotten."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _day_parts(self):
        """Return where a day is cut, for the tariff."""
        self.ensure_one()
        return DayParts(self.noon, self.evening_start)
