from collections import Counter
from dataclasses import fields as dataclass_fields
from itertools import groupby
from operator import itemgetter

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..shift_rules import MAY_SHOP, Event, Rules, Standing, judge, replay

NUMBERS = [f"shift_{field.name}" for field in dataclass_fields(Rules)]
# The rows that count, of one company, up to a day.
EVENTS = """
    SELECT p.member_id, p.date, p.kind, p.event, p.points
    FROM supermarket_shift_point p
    WHERE p.company_id = %(company)s AND p.date <= %(until)s AND p.reversal_of_id IS NULL
    AND NOT EXISTS (SELECT FROM supermarket_shift_point r WHERE r.reversal_of_id = p.id)
    ORDER BY p.member_id
"""
LINES = """
    INSERT INTO supermarket_shift_simulation_line
        (simulation_id, member_id, partner_id, team, status_before, status_after,
         balance_before, balance_after, effect,
         create_uid, create_date, write_uid, write_date)
    SELECT %(simulation)s, m.id, m.partner_id, m.team, row.status_before,
        row.status_after, row.balance_before, row.balance_after, row.effect,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
    FROM unnest(%(members)s::int[], %(before)s::text[], %(after)s::text[],
        %(points_before)s::int[], %(points_after)s::int[], %(effects)s::text[])
        AS row(member_id, status_before, status_after, balance_before, balance_after,
            effect)
    JOIN supermarket_shift_member m ON m.id = row.member_id
"""


def _number(field, name, label):
    """Return a field that holds a number of the policy until somebody changes it.

    Each has a compute of its own: to give one leaves the others to the policy.
    """

    @api.depends("policy_id")
    def compute(self):
        for simulation in self:
            simulation[name] = simulation.policy_id[name]

    return field(label, compute=compute, store=True, precompute=True, readonly=False)


class SupermarketShiftSimulation(models.TransientModel):
    """What other numbers of the policy would have made of what happened.

    Ledgers are replayed twice, by the rules of their days and by the changed ones; nothing
    is written but the result. Who was unsubscribed did nothing afterwards, and the
    simulation adds nothing.
    """

    _name = "supermarket.shift.simulation"
    _description = "Simulation of Shift Rules"
    _rec_name = "policy_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    policy_id = fields.Many2one(
        "supermarket.policy",
        "Start From",
        required=True,
        compute="_compute_policy_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
        help="The policy whose numbers are changed below.",
    )
    date_start = fields.Date(
        "Changed Numbers From",
        required=True,
        default=lambda self: self._default_date_start(),
        help="What happened before is judged by the policy of its day.",
    )
    date_stop = fields.Date(
        "Statuses On",
        required=True,
        default=fields.Date.context_today,
        help="Last day; what happened later is left out.",
    )
    # The numbers
    shift_own_attended = _number(
        fields.Integer, "shift_own_attended", "Own Shift Attended"
    )
    shift_own_excused = _number(
        fields.Integer, "shift_own_excused", "Own Shift Excused"
    )
    shift_own_absent = _number(fields.Integer, "shift_own_absent", "Own Shift Missed")
    shift_own_exchanged = _number(
        fields.Integer, "shift_own_exchanged", "Own Shift Exchanged or Replaced"
    )
    shift_own_closure = _number(
        fields.Integer, "shift_own_closure", "Own Shift on a Closure Day"
    )
    shift_make_up_attended = _number(
        fields.Integer, "shift_make_up_attended", "Make-Up Attended"
    )
    shift_make_up_excused = _number(
        fields.Integer, "shift_make_up_excused", "Make-Up Excused"
    )
    shift_make_up_absent = _number(
        fields.Integer, "shift_make_up_absent", "Make-Up Missed"
    )
    shift_make_up_closure = _number(
        fields.Integer, "shift_make_up_closure", "Make-Up on a Closure Day"
    )
    shift_make_up_ceiling = _number(
        fields.Integer, "shift_make_up_ceiling", "Make-Ups Raise the Balance up To"
    )
    shift_flying_attended = _number(
        fields.Integer, "shift_flying_attended", "Flying Shift Attended"
    )
    shift_flying_excused = _number(
        fields.Integer, "shift_flying_excused", "Flying Shift Excused"
    )
    shift_flying_absent = _number(
        fields.Integer, "shift_flying_absent", "Flying Shift Missed"
    )
    shift_flying_exchanged = _number(
        fields.Integer, "shift_flying_exchanged", "Flying Shift Exchanged or Replaced"
    )
    shift_flying_closure = _number(
        fields.Integer, "shift_flying_closure", "Flying Shift on a Closure Day"
    )
    shift_closing_threshold = _number(
        fields.Integer, "shift_closing_threshold", "Paid From"
    )
    shift_closing_credit = _number(
        fields.Integer, "shift_closing_credit", "Closing, Cycle Worked"
    )
    shift_closing_debt = _number(
        fields.Integer, "shift_closing_debt", "Closing, Cycle Not Worked"
    )
    shift_leave_temporary_forgives = _number(
        fields.Boolean,
        "shift_leave_temporary_forgives",
        "Temporary Leave Forgives the Debt",
    )
    shift_leave_incapacity_forgives = _number(
        fields.Boolean,
        "shift_leave_incapacity_forgives",
        "Incapacity Forgives the Debt",
    )
    shift_leave_parental_forgives = _number(
        fields.Boolean,
        "shift_leave_parental_forgives",
        "Parental Leave Forgives the Debt",
    )
    shift_exemption_forgives = _number(
        fields.Boolean, "shift_exemption_forgives", "Exemption Forgives the Debt"
    )
    shift_resume_balance = _number(
        fields.Integer, "shift_resume_balance", "Balance of Who Comes Back"
    )
    shift_alert_days = _number(fields.Integer, "shift_alert_days", "Days of Alert")
    shift_absences_max = _number(
        fields.Integer, "shift_absences_max", "Absences Before Unsubscription"
    )
    shift_flying_floor = _number(
        fields.Integer, "shift_flying_floor", "Lowest Flying Balance"
    )
    # Result
    member_count = fields.Integer("Members Read", readonly=True)
    event_count = fields.Integer("Ledger Rows Read", readonly=True)
    changed_count = fields.Integer("Other Status", readonly=True)
    line_ids = fields.One2many(
        "supermarket.shift.simulation.line",
        "simulation_id",
        "Members With Another Status",
        readonly=True,
    )
    total_ids = fields.One2many(
        "supermarket.shift.simulation.total", "simulation_id", "Totals", readonly=True
    )

    _stop_after_start = models.Constraint(
        "CHECK (date_stop >= date_start)",
        "The day of the statuses is not before the changed numbers.",
    )

    @api.model
    def _default_date_start(self):
        """Return the first day of the cycles of a year ago, or of the first cycle."""
        today = self.env.company._supermarket_today()
        cycle = self.env["supermarket.shift.cycle"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("date_stop", ">=", fields.Date.subtract(today, years=1)),
            ],
            order="date_start",
            limit=1,
        )
        return min(cycle.date_start or today, today)

    @api.depends("company_id")
    def _compute_policy_id(self):
        for simulation in self:
            simulation.policy_id = self.env["supermarket.policy"]._policy_for(
                simulation.company_id
            )

    def action_simulate(self):
        """Replay every ledger twice and show whose status would be another."""
        self.ensure_one()
        self.check_access("write")
        if self.date_stop > self.company_id._supermarket_today():
            raise UserError(
                self.env._(
                    "What is to come is not known: choose today or a day before."
                )
            )
        rows = self._judge_twice()
        changed = [row for row in rows if row[1] != row[2]]
        self._store_lines(changed)
        self._store_totals(rows)
        self.member_count = len(rows)
        self.changed_count = len(changed)

    def action_lines(self):
        """Open the members with another status, to group and count them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_shift_simulation_line_action"
        )
        return {**action, "domain": [("simulation_id", "=", self.id)]}

    def _changed_rules(self):
        """Return the shift_rules.Rules of this form."""
        self.ensure_one()
        return Rules(**{name.removeprefix("shift_"): self[name] for name in NUMBERS})

    def _judge_twice(self):
        """Return (member id, status, other status, balance, other balance) of everybody.

        The number of statements grows neither with members nor with rows.
        """
        rules_on = self.env["supermarket.policy"]._shift_rules_on(self.company_id)
        changed, start, day = self._changed_rules(), self.date_start, self.date_stop

        def changed_rules_on(date):
            return changed if date >= start else rules_on(date)

        members_sudo = (
            self.env["supermarket.shift.member"]
            .sudo()
            .search([("company_id", "=", self.company_id.id)])
        )
        situations = {
            member_id: situation
            for member_id, _stored, situation in members_sudo._read_situations(day)
        }
        standings = {}
        found = self.env.execute_query(
            SQL(EVENTS, company=self.company_id.id, until=day)
        )
        # Rows come by member, as the query orders them.
        # pylint: disable-next=bad-builtin-groupby
        for member_id, rows in groupby(found, key=itemgetter(0)):
            events = [Event(*row[1:]) for row in rows]
            standings[member_id] = (
                replay(events, rules_on)[1],
                replay(events, changed_rules_on)[1],
            )
        self.event_count = len(found)
        rules, nobody = rules_on(day), (Standing(), Standing())
        result = []
        for member_id, situation in situations.items():
            before, after = standings.get(member_id, nobody)
            result.append(
                (
                    member_id,
                    judge(before, situation, rules, day).name,
                    judge(after, situation, changed, day).name,
                    before.balance,
                    after.balance,
                )
            )
        return result

    def _store_lines(self, rows):
        """Replace the lines, in one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM supermarket_shift_simulation_line WHERE simulation_id = %s",
                self.id,
            )
        )
        effects = {(True, False): "loses", (False, True): "gains"}
        self.env.cr.execute(
            SQL(
                LINES,
                simulation=self.id,
                uid=self.env.uid,
                members=[row[0] for row in rows],
                before=[row[1] for row in rows],
                after=[row[2] for row in rows],
                points_before=[row[3] for row in rows],
                points_after=[row[4] for row in rows],
                effects=[
                    effects.get((row[1] in MAY_SHOP, row[2] in MAY_SHOP), "same")
                    for row in rows
                ],
            )
        )
        self.env["supermarket.shift.simulation.line"].invalidate_model(flush=False)
        self.invalidate_recordset(["line_ids"])

    def _store_totals(self, rows):
        """Replace the number of members of each status, before and after."""
        before = Counter(row[1] for row in rows)
        after = Counter(row[2] for row in rows)
        statuses = self.env["supermarket.shift.member"]._fields["status"]
        self.sudo().total_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "status": status,
                        "count_before": before[status],
                        "count_after": after[status],
                        "difference": after[status] - before[status],
                    }
                )
                for status in reversed(statuses.get_values(self.env))
            ),
        ]
