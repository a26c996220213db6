from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class SupermarketShiftCycle(models.Model):
    """The weeks A, B, C, D after which each member owes a shift."""

    _name = "supermarket.shift.cycle"
    _description = "Cycle of Shifts"
    _order = "date_start desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    number = fields.Integer(required=True, readonly=True)
    date_start = fields.Date("First Day", required=True, readonly=True)
    date_stop = fields.Date("Last Day", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
    )
    closed_on = fields.Datetime(readonly=True)
    point_ids = fields.One2many("supermarket.shift.point", "cycle_id", "Closings")
    charged_count = fields.Integer(
        "Flying Members Charged", compute="_compute_charged_count"
    )

    _one_per_number = models.Constraint(
        "UNIQUE (company_id, number)", "This cycle already exists."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]') WITH =,"
        " daterange(date_start, date_stop, '[]') WITH &&)",
        "Cycles follow each other without an overlap.",
    )

    @api.depends("point_ids")
    def _compute_charged_count(self):
        counts = dict(
            self.env["supermarket.shift.point"]._read_group(
                [("cycle_id", "in", self.ids), ("reversal_of_id", "=", False)],
                ["cycle_id"],
                ["member_id:count_distinct"],
            )
        )
        for cycle in self:
            cycle.charged_count = counts.get(cycle, 0)

    @api.depends("number", "date_start", "date_stop")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cycle in self:
            cycle.display_name = self.env._(
                "Cycle %(number)s, %(start)s – %(stop)s",
                number=cycle.number,
                start=format_date(self.env, cycle.date_start),
                stop=format_date(self.env, cycle.date_stop),
            )

    def action_close(self):
        """Close these cycles: flying members pay theirs."""
        self.check_access("write")
        for cycle in self.sorted("date_start"):
            if cycle.date_stop >= cycle.company_id._supermarket_today():
                raise UserError(
                    self.env._(
                        "%s is not over: it is closed after its last day.",
                        cycle.display_name,
                    )
                )
            if self.search_count(
                [
                    ("company_id", "=", cycle.company_id.id),
                    ("state", "=", "open"),
                    ("date_start", "<", cycle.date_start),
                ]
            ):
                raise UserError(
                    self.env._(
                        "Cycles are closed in their order: close those before %s first.",
                        cycle.display_name,
                    )
                )
            cycle.sudo()._close()

    @api.model
    def _ensure(self, company, until, since=None):
        """Make the cycles of ``company`` up to the one that holds ``until``.

        The first begins on the Monday of the first policy, or of ``since`` where that is
        later; each is as long as the policy of its first day says.

        :return: the cycles, oldest first
        """
        Policy = self.env["supermarket.policy"]
        cycles_sudo = self.sudo().search(
            [("company_id", "=", company.id)], order="date_start"
        )
        last = cycles_sudo[-1:]
        if last:
            start, number = last.date_stop + timedelta(days=1), last.number + 1
        else:
            start, number = self._first_start(company, since), 1
        vals_list = []
        while start <= until:
            weeks = Policy._policy_for(company, start).shift_cycle_weeks
            stop = start + timedelta(weeks=weeks, days=-1)
            vals_list.append(
                {
                    "company_id": company.id,
                    "number": number,
                    "date_start": start,
                    "date_stop": stop,
                }
            )
            start, number = stop + timedelta(days=1), number + 1
        return cycles_sudo + self.sudo().create(vals_list)

    @api.model
    def _first_start(self, company, since):
        """Return the Monday on which the first cycle begins: one of the policy's cycle."""
        policy_sudo = (
            self.env["supermarket.policy"]
            .sudo()
            .search([("company_id", "=", company.id)], order="date_start", limit=1)
        )
        since = since or company._supermarket_today()
        anchor = policy_sudo.date_start or since
        anchor -= timedelta(days=anchor.weekday())
        weeks = policy_sudo.shift_cycle_weeks or 4
        elapsed = max(0, (since - anchor).days) // (7 * weeks)
        return anchor + timedelta(weeks=weeks * elapsed)

    def _close(self):
        """Close one cycle: every flying member pays it, in statements that do not grow.

        Who was flying from its first to its last day pays, unless on leave or exempted on
        the last day, unsubscribed, or no longer a member. Twice is once: the row of the
        cycle is taken first.
        """
        self.ensure_one()
        self.env.flush_all()
        taken = self.env.execute_query(
            SQL(
                """
                UPDATE supermarket_shift_cycle
                SET state = 'closed', closed_on = now() AT TIME ZONE 'UTC'
                WHERE id = %s AND state = 'open' RETURNING id
                """,
                self.id,
            )
        )
        self.invalidate_recordset(["state", "closed_on"])
        if not taken:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id FROM supermarket_shift_member m
                JOIN res_partner p ON p.id = m.partner_id AND p.supermarket_is_member
                JOIN supermarket_shift_team t ON t.member_id = m.id AND t.kind = 'flying'
                    AND t.date_start <= %(start)s
                    AND (t.date_stop IS NULL OR t.date_stop >= %(stop)s)
                WHERE m.company_id = %(company)s
                AND (m.unsubscribed_on IS NULL OR m.unsubscribed_on > %(stop)s)
                AND NOT EXISTS (
                    SELECT FROM supermarket_shift_leave l WHERE l.member_id = m.id
                    AND l.state = 'validated' AND l.date_start <= %(stop)s
                    AND (l.date_stop IS NULL OR l.date_stop >= %(stop)s)
                )
                ORDER BY m.id
                """,
                company=self.company_id.id,
                start=self.date_start,
                stop=self.date_stop,
            )
        )
        self.env["supermarket.shift.point"]._post(
            [
                {
                    "member_id": member_id,
                    "date": self.date_stop,
                    "kind": "closing",
                    "cycle_id": self.id,
                }
                for (member_id,) in rows
            ]
        )

    @api.model
    def _close_due(self, company):
        """Close, in their order, the cycles that are over; return whether all are closed."""
        due = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("date_stop", "<", company._supermarket_today()),
            ],
            order="date_start",
        )
        for index, cycle in enumerate(due):
            cycle._close()
            left = self.env["ir.cron"]._commit_progress(
                1, remaining=len(due) - index - 1
            )
            if not left:
                break
