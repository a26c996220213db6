from dataclasses import fields as dataclass_fields

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..shift_rules import FIXED, Rules

# What the points of the past follow from
JUDGING = {
    "company_id",
    "date_start",
    *(f"shift_{field.name}" for field in dataclass_fields(Rules)),
}


class SupermarketPolicy(models.Model):
    """The numbers of members' shifts. Defaults: those of the largest cooperative."""

    _inherit = "supermarket.policy"

    # Working time
    shift_required = fields.Boolean(
        "Members Work Shifts",
        default=True,
        help="Members owe shifts, and their status follows from them.",
    )
    shift_hours = fields.Float(
        "Hours of a Shift", default=3.0, required=True, help="Of a new template."
    )
    shift_cycle_weeks = fields.Integer(
        "Weeks of a Cycle", default=4, required=True, help="A cycle begins on a Monday."
    )
    shift_horizon_days = fields.Integer(
        "Shifts Made Ahead",
        default=90,
        required=True,
        help="Days ahead of today for which shifts are made.",
    )
    # Points
    shift_own_attended = fields.Integer("Own Shift Attended", default=0)
    shift_own_excused = fields.Integer("Own Shift Excused", default=-1)
    shift_own_absent = fields.Integer("Own Shift Missed", default=-2)
    shift_own_exchanged = fields.Integer("Own Shift Exchanged or Replaced", default=0)
    shift_own_closure = fields.Integer("Own Shift on a Closure Day", default=0)
    shift_make_up_attended = fields.Integer("Make-Up Attended", default=1)
    shift_make_up_excused = fields.Integer("Make-Up Excused", default=0)
    shift_make_up_absent = fields.Integer("Make-Up Missed", default=0)
    shift_make_up_closure = fields.Integer("Make-Up on a Closure Day", default=1)
    shift_make_up_ceiling = fields.Integer(
        "Make-Ups Raise the Balance up To",
        default=0,
        help="A make-up pays a debt back: it never takes the balance above this.",
    )
    shift_flying_attended = fields.Integer("Flying Shift Attended", default=1)
    shift_flying_excused = fields.Integer("Flying Shift Excused", default=0)
    shift_flying_absent = fields.Integer("Flying Shift Missed", default=-1)
    shift_flying_exchanged = fields.Integer(
        "Flying Shift Exchanged or Replaced", default=0
    )
    shift_flying_closure = fields.Integer("Flying Shift on a Closure Day", default=1)
    # Closing of a cycle
    shift_closing_threshold = fields.Integer(
        "Paid From",
        default=1,
        help="A flying member whose balance is at least this has worked the cycle.",
    )
    shift_closing_credit = fields.Integer(
        "Closing, Cycle Worked",
        default=-1,
        help="What the closing of a cycle takes from a flying member who has worked it.",
    )
    shift_closing_debt = fields.Integer(
        "Closing, Cycle Not Worked",
        default=-2,
        help="What the closing of a cycle takes from a flying member who has not.",
    )
    # Status
    shift_alert_days = fields.Integer(
        "Days of Alert",
        default=28,
        required=True,
        help="From the day the balance turns negative; then the member is suspended.",
    )
    shift_extension_days = fields.Integer(
        "Days of an Extension",
        default=28,
        required=True,
        help="How long an extension gives at most.",
    )
    shift_absences_max = fields.Integer(
        "Absences Before Unsubscription",
        default=2,
        required=True,
        help="Consecutive own shifts missed, with no shift, make-up or leave between.",
    )
    shift_flying_floor = fields.Integer(
        "Lowest Flying Balance",
        default=-8,
        required=True,
        help="A flying member whose balance falls to it is unsubscribed.",
    )
    shift_resume_balance = fields.Integer(
        "Balance of Who Comes Back",
        default=0,
        help="A lower balance is raised to it when an unsubscribed member registers again.",
    )
    # Leaves
    shift_leave_temporary_days = fields.Integer(
        "Shortest Temporary Leave", default=56, required=True
    )
    shift_leave_incapacity_days = fields.Integer(
        "Shortest Incapacity Leave", default=15, required=True
    )
    shift_leave_parental_months = fields.Integer(
        "Longest Parental Leave", default=12, required=True
    )
    shift_leave_temporary_forgives = fields.Boolean("Temporary Leave Forgives the Debt")
    shift_leave_incapacity_forgives = fields.Boolean("Incapacity Forgives the Debt")
    shift_leave_parental_forgives = fields.Boolean("Parental Leave Forgives the Debt")
    shift_exemption_forgives = fields.Boolean("Exemption Forgives the Debt")
    shift_leave_reminder_days = fields.Integer(
        "Reminder Before a Leave Ends", default=7, required=True
    )
    # Booking
    shift_bookings_per_day = fields.Integer("Bookings a Day", default=2, required=True)
    shift_bookings_per_window = fields.Integer(
        "Bookings in the Window", default=5, required=True
    )
    shift_booking_window_days = fields.Integer(
        "Days of the Window", default=28, required=True
    )
    shift_notice_hours = fields.Integer(
        "Hours of Notice",
        default=24,
        required=True,
        help="A shift is cancelled or exchanged at the latest so long before it starts.",
    )
    shift_exchange_length = fields.Integer(
        "Longest Exchange",
        default=5,
        required=True,
        help="How many members the software brings together in one exchange at most.",
    )
    # Day of the shift
    shift_reminder_days = fields.Integer(
        "Reminder Before a Shift",
        default=5,
        required=True,
        help="Days; a member may choose another number.",
    )
    shift_skill_reminder_days = fields.Integer(
        "Reminder Before a Skill Expires", default=30, required=True
    )
    shift_early_minutes = fields.Integer(
        "Check-In Opens Before", default=30, required=True
    )
    shift_late_minutes = fields.Integer(
        "Late After",
        default=15,
        required=True,
        help="Minutes after the start: still counted as attended, marked as late.",
    )
    shift_absent_minutes = fields.Integer(
        "Too Late After",
        default=60,
        required=True,
        help="Minutes after the start: the check-in is refused, the coordinator decides.",
    )
    shift_no_show_rate = fields.Float(
        "Expected No-Shows",
        default=0.1,
        required=True,
        help="Part of the registered who do not come, where there is no history yet.",
    )

    _shift_hours_positive = models.Constraint(
        "CHECK (shift_hours > 0 AND shift_hours <= 24)",
        "A shift lasts more than 0 and at most 24 hours.",
    )
    _shift_cycle_weeks_positive = models.Constraint(
        "CHECK (shift_cycle_weeks BETWEEN 1 AND 26)",
        "A cycle lasts between 1 and 26 weeks.",
    )
    _shift_horizon_positive = models.Constraint(
        "CHECK (shift_horizon_days BETWEEN 1 AND 400)",
        "Shifts are made between 1 and 400 days ahead.",
    )
    _shift_days_positive = models.Constraint(
        """CHECK (
            shift_alert_days >= 0 AND shift_extension_days > 0
            AND shift_absences_max > 0 AND shift_leave_temporary_days > 0
            AND shift_leave_incapacity_days > 0 AND shift_leave_parental_months > 0
            AND shift_leave_reminder_days >= 0 AND shift_bookings_per_day > 0
            AND shift_bookings_per_window > 0 AND shift_booking_window_days > 0
            AND shift_notice_hours >= 0 AND shift_exchange_length >= 2
            AND shift_reminder_days >= 0 AND shift_skill_reminder_days >= 0
            AND shift_early_minutes >= 0
            AND shift_late_minutes >= 0
            AND shift_absent_minutes >= shift_late_minutes
        )""",
        "Days, hours, minutes and counts are positive, and “too late” comes after “late”.",
    )
    _shift_floor_negative = models.Constraint(
        "CHECK (shift_flying_floor < 0)", "The lowest flying balance is below 0."
    )
    _shift_no_show_is_part = models.Constraint(
        "CHECK (shift_no_show_rate BETWEEN 0 AND 1)",
        "Expected no-shows are between 0 % and 100 %.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the policy: what is judged already stays judged."""
        policies = super().create(vals_list)
        for company, created in policies.grouped("company_id").items():
            self._check_judged(company, self._dated_rules(company, created))
        return policies

    def write(self, vals):
        """Override of the policy: what is judged already stays judged."""
        if JUDGING.isdisjoint(vals):
            return super().write(vals)
        companies = self.company_id | self.company_id.browse(vals.get("company_id"))
        before = {company: self._dated_rules(company) for company in companies}
        result = super().write(vals)
        for company, dated in before.items():
            self._check_judged(company, dated)
        return result

    def unlink(self):
        """Override of the policy: what is judged already stays judged."""
        for company, policies in self.grouped("company_id").items():
            dated = self._dated_rules(company)
            self._check_judged(company, dated, self._dated_rules(company, policies))
        return super().unlink()

    @api.model
    def _check_judged(self, company, before, after=None):
        """Refuse other numbers for days on which points were given by them.

        Opening balances and corrections hang on no number: a new cooperative enters them
        and still sets its policy up.

        :param before: what :meth:`_dated_rules` says without the change
        :param after: what it says with the change; by default, what it says now
        :raise UserError: what to do instead
        """
        if after is None:
            after = self._dated_rules(company)
        if before == after:
            return
        [(first, last)] = self.env.execute_query(
            SQL(
                "SELECT min(date), max(date) FROM supermarket_shift_point "
                "WHERE company_id = %s AND kind != ALL(%s)",
                company.id,
                list(FIXED),
            )
        )
        if not first:
            return
        starts = {start for start, _rules in before + after if first <= start <= last}
        rules_before, rules_after = _rules_by_day(before), _rules_by_day(after)
        if all(rules_before(day) == rules_after(day) for day in {first, *starts}):
            return
        days = {
            "first": format_date(self.env, first),
            "last": format_date(self.env, last),
        }
        if not before:
            raise UserError(
                self.env._(
                    "Points were given by the usual numbers from %(first)s to %(last)s: "
                    "create a policy from %(first)s with these first, then another one "
                    "from a day after %(last)s.",
                    **days,
                )
            )
        raise UserError(
            self.env._(
                "Points were given by these numbers until %(last)s: leave them as they "
                "are, and create a policy from a later day with the new ones.",
                **days,
            )
        )

    def _refresh_verdicts(self, companies):
        """Override of the policy to judge working time by the changed rules, too."""
        result = super()._refresh_verdicts(companies)
        self.env["supermarket.shift.member"].sudo().search(
            [("company_id", "in", companies.ids)]
        )._refresh()
        return result

    def _shift_rules(self):
        """Return the shift_rules.Rules of one policy."""
        self.ensure_one()
        return Rules(
            **{
                field.name: self[f"shift_{field.name}"]
                for field in dataclass_fields(Rules)
            }
        )

    @api.model
    def _dated_rules(self, company, without=None):
        """Return [(first day, Rules)] of the policies of ``company``, the oldest first.

        :param without: policies to leave out, or None
        """
        policies = self.sudo().search(
            [("company_id", "=", company.id)], order="date_start"
        )
        return [
            (policy.date_start, policy._shift_rules())
            for policy in policies - (without or self.browse()).sudo()
        ]

    @api.model
    def _shift_rules_on(self, company):
        """Return a function of a date that gives the Rules in force in ``company`` then.

        Before the first policy its numbers hold, too.
        """
        return _rules_by_day(self._dated_rules(company))


def _rules_by_day(dated):
    """Return a function of a date that gives the Rules then.

    :param dated: (first day, Rules) pairs, the oldest first
    """
    if len(dated) <= 1:
        rules = dated[0][1] if dated else Rules()
        return lambda day: rules

    def rules_on(day):
        found = dated[0][1]
        for start, rules in dated:
            if start > day:
                break
            found = rules
        return found

    return rules_on
