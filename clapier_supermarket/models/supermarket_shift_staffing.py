from odoo import fields, models, tools
from odoo.tools import SQL

STAFFING = """
    WITH ruling AS (
        SELECT DISTINCT ON (company_id) company_id, shift_no_show_rate
        FROM supermarket_policy WHERE date_start <= CURRENT_DATE
        ORDER BY company_id, date_start DESC
    ), seen AS (
        SELECT company_id, section_id,
            count(*) FILTER (WHERE state = 'absent')::numeric / count(*) AS rate
        FROM supermarket_shift_registration
        WHERE state IN ('attended', 'absent')
            AND date BETWEEN CURRENT_DATE - %(history)s AND CURRENT_DATE
        GROUP BY company_id, section_id HAVING count(*) >= %(enough)s
    ), shifts AS (
        SELECT s.*, COALESCE(s.seats_taken, 0) AS registered,
            COALESCE(s.seats_taken, 0)
                * COALESCE(seen.rate, ruling.shift_no_show_rate, 0)::numeric AS no_shows
        FROM supermarket_shift s
        LEFT JOIN ruling ON ruling.company_id = s.company_id
        LEFT JOIN seen ON seen.company_id = s.company_id
            AND seen.section_id = s.section_id
        WHERE s.state = 'open'
            AND s.start > now() AT TIME ZONE 'UTC'
            AND s.date < CURRENT_DATE + %(days)s
    )
    SELECT min(id) AS id, company_id, date, section_id,
        count(*)::int AS shift_count,
        sum(seat_count)::int AS seats,
        sum(registered)::int AS registered,
        round(sum(no_shows), 1)::float AS no_shows,
        round(sum(GREATEST(0, seat_count - registered + no_shows)), 1)::float AS missing,
        count(*) FILTER (
            WHERE registered > 0 AND COALESCE(skilled_taken, 0) = 0
            AND EXISTS (
                SELECT FROM supermarket_shift_supermarket_shift_skill_rel r
                WHERE r.supermarket_shift_id = shifts.id
            )
        )::int AS beginner_count
    FROM shifts GROUP BY company_id, date, section_id
"""
DAYS = 14
# What people did in so many days tells how many will not come, from so many of them on.
HISTORY_DAYS = 182
ENOUGH = 20


class SupermarketShiftStaffing(models.Model):
    """The next two weeks, day by day and section by section: how many people are missing."""

    _name = "supermarket.shift.staffing"
    _description = "Staffing of the Next Days"
    _auto = False
    _order = "date, section_id"
    _rec_name = "section_id"

    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    section_id = fields.Many2one("supermarket.shift.section", readonly=True)
    shift_count = fields.Integer("Shifts", readonly=True)
    seats = fields.Integer(readonly=True)
    registered = fields.Integer(readonly=True)
    no_shows = fields.Float(
        "Expected No-Shows",
        readonly=True,
        digits=(16, 1),
        help="As people of the section came in the last six months; where too few "
        "worked there, as the policy says.",
    )
    missing = fields.Float(
        "People Missing",
        readonly=True,
        digits=(16, 1),
        help="Free seats, and those of the people who will probably not come.",
    )
    beginner_count = fields.Integer("Skill Missing", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(STAFFING, days=DAYS, history=HISTORY_DAYS, enough=ENOUGH)

    def action_shifts(self):
        """Open the shifts behind one row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_shift_action"
        )
        return {
            **action,
            "name": f"{tools.format_date(self.env, self.date)}, {self.section_id.name}",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [
                ("date", "=", self.date),
                ("section_id", "=", self.section_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"search_default_open": 1},
        }
