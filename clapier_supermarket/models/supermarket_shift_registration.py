from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

HOLDS_SEAT = ("booked", "attended", "absent")
# State -> the end of the ledger's rule, such as own_attended.
OUTCOMES = {
    "attended": "attended",
    "excused": "excused",
    "absent": "absent",
    "exchanged": "exchanged",
    "closure": "closure",
}


class SupermarketShiftRegistration(models.Model):
    """One member on one shift: booked, then attended, excused, absent, exchanged, …"""

    _name = "supermarket.shift.registration"
    _description = "Shift Registration"
    _order = "start, shift_id, id"
    _rec_names_search = ["partner_id.name", "partner_id.supermarket_member_number"]

    shift_id = fields.Many2one(
        "supermarket.shift",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    section_id = fields.Many2one(
        related="shift_id.section_id", store=True, readonly=True
    )
    start = fields.Datetime(related="shift_id.start", store=True, readonly=True)
    stop = fields.Datetime(related="shift_id.stop")
    date = fields.Date(related="shift_id.date", store=True, readonly=True)
    kind = fields.Selection(
        [
            ("standard", "Standard"),
            ("flying", "Flying"),
            ("make_up", "Make-up"),
            ("replacement", "Replacement"),
            ("exchange", "Exchange"),
        ],
        required=True,
        readonly=True,
    )
    basis = fields.Selection(
        [("own", "Own shift"), ("make_up", "Make-up"), ("flying", "Flying shift")],
        "Counts As",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting list"),
            ("booked", "Registered"),
            ("attended", "Attended"),
            ("excused", "Excused"),
            ("absent", "Absent"),
            ("exchanged", "Exchanged"),
            ("closure", "Closure day"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="booked",
        index=True,
    )
    holds_seat = fields.Boolean(compute="_compute_holds_seat")
    is_skilled = fields.Boolean("Skilled", readonly=True)
    checked_in = fields.Datetime("Arrived At", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    substitute_id = fields.Many2one(
        "res.partner",
        "Comes Instead",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="An attached adult of the household who comes in place of the member.",
    )
    attached_adult_count = fields.Integer(
        related="partner_id.supermarket_attached_adult_count"
    )
    offered_on = fields.Datetime(
        "Seat Offered On",
        readonly=True,
        index="btree_not_null",
        help="The member cannot come: the seat is for whoever takes it first.",
    )
    replaces_id = fields.Many2one(
        "supermarket.shift.registration",
        "Takes Over",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    point_id = fields.Many2one(
        "supermarket.shift.point", "Ledger Row", readonly=True, ondelete="set null"
    )
    points = fields.Integer(related="point_id.points")
    key = fields.Char(
        readonly=True, copy=False, help="What arrives twice with one key counts once."
    )

    _once_per_shift = models.UniqueIndex(
        "(shift_id, partner_id) WHERE state NOT IN ('cancelled', 'exchanged')",
        "This member is already registered for that shift.",
    )
    _one_per_key = models.UniqueIndex(
        "(key) WHERE key IS NOT NULL", "This booking has already arrived."
    )
    _member_idx = models.Index("(member_id, start)")
    _partner_idx = models.Index("(partner_id)")
    # Outcomes that wait for their day to enter the ledger
    _due_idx = models.Index(
        "(date) WHERE point_id IS NULL"
        " AND state IN ('attended', 'excused', 'absent', 'exchanged', 'closure')"
    )

    @api.depends("state")
    def _compute_holds_seat(self):
        for registration in self:
            registration.holds_seat = registration.state in HOLDS_SEAT

    @api.depends("partner_id", "shift_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for registration in self:
            registration.display_name = (
                f"{registration.partner_id.name} – {registration.shift_id.display_name}"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("A registration is kept: cancel it instead of deleting it.")
        )

    # --- States

    def action_attended(self):
        """Mark people as attended."""
        self._mark("attended")

    def action_absent(self):
        """Mark people as absent."""
        self._mark("absent")

    def action_excused(self):
        """Mark people as excused."""
        self._mark("excused")

    def action_booked(self):
        """Take a mark back: these people are expected again."""
        self._mark("booked")

    def action_cancel(self):
        """Take people off shifts, without any points."""
        self._mark("cancelled")

    def action_substitute(self):
        """Ask which adult of the household comes instead."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Comes Instead"),
            "res_model": "supermarket.shift.substitution",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_registration_id": self.id,
                "default_person_id": self.substitute_id.id,
            },
        }

    def _mark(self, state):
        """Change states as the member office does.

        :raise UserError: attendance of a shift that has not begun, or whose shift is
            cancelled
        """
        self.check_access("write")
        for registration in self:
            shift = registration.shift_id
            if shift.state == "cancelled":
                raise UserError(
                    self.env._("%s is cancelled: nobody came.", shift.display_name)
                )
            if (
                state in ("attended", "absent")
                and shift.start > fields.Datetime.now()
                and not registration.checked_in
            ):
                raise UserError(
                    self.env._(
                        "%s has not begun: attendance is taken from its start on.",
                        shift.display_name,
                    )
                )
        self._change_state(state)

    def _change_state(self, state):
        """Change states, with what follows: seats, ledger, waiting list.

        :param state: one of the states
        :raise UserError: a seat is needed and none is left
        """
        changing = self.sudo().filtered(
            lambda registration: registration.state != state
        )
        if not changing:
            return
        # Members before shifts, each in id order: two transactions never wait crosswise.
        self.env["supermarket.shift.member"]._lock_standings(
            sorted(changing.member_id.ids)
        )
        freed = changing._move_seats(state)
        changing.write({"state": state, "offered_on": False})
        changing._post_outcomes()
        freed.filtered(lambda shift: shift.state == "open")._promote_waiting()

    def _move_seats(self, state):
        """Take or free the seats that a change to ``state`` asks for.

        :return: the shifts with a seat freed
        """
        taking = state in HOLDS_SEAT
        moves = defaultdict(lambda: [0, 0])
        for registration in self:
            if registration.holds_seat != taking:
                moves[registration.shift_id][0] += 1 if taking else -1
                if registration.is_skilled:
                    moves[registration.shift_id][1] += 1 if taking else -1
        freed_sudo = self.env["supermarket.shift"].sudo()
        for shift in sorted(moves, key=lambda shift: shift.id):
            count, skilled = moves[shift]
            if not shift._take_seats(count, skilled):
                raise UserError(shift._no_seat_message())
            if count < 0:
                freed_sudo |= shift
        return freed_sudo

    def _post_outcomes(self):
        """Make the ledger say what the states say: rows of past days, reversals.

        What is to come enters the ledger on its day.
        """
        Point_sudo = self.env["supermarket.shift.point"].sudo()
        rows_by_event = self._counting_rows()
        due, revoked_ids, cleared = [], [], []
        for registration in self:
            kind = registration._ledger_kind()
            row_id, row_kind = rows_by_event.get(registration.id, (None, None))
            if row_kind == kind:
                continue
            if row_id:
                revoked_ids.append(row_id)
                cleared.append(registration.id)
            today = registration.company_id._supermarket_today()
            if kind and registration.date <= today:
                due.append((registration, kind))
        ids = Point_sudo._post(
            [registration._prepare_point_vals(kind) for registration, kind in due],
            Point_sudo.browse(revoked_ids),
            self.env._("Attendance corrected."),
        )
        self._store_points(
            dict.fromkeys(cleared)
            | {item[0].id: point for item, point in zip(due, ids, strict=True)}
        )

    def _counting_rows(self):
        """Return {registration id: (id, rule)} of the ledger's rows that count."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.registration_id, p.id, p.kind FROM supermarket_shift_point p
                WHERE p.registration_id = ANY(%s) AND p.reversal_of_id IS NULL
                AND NOT EXISTS (
                    SELECT FROM supermarket_shift_point r WHERE r.reversal_of_id = p.id
                )
                """,
                self.ids,
            )
        )
        return {row[0]: row[1:] for row in rows}

    @api.model
    def _store_points(self, points):
        """Store, in one statement, {registration id: its row of the ledger or None}."""
        if not points:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE supermarket_shift_registration r SET point_id = row.point
                FROM unnest(%s::int[], %s::int[]) AS row(id, point) WHERE r.id = row.id
                """,
                list(points),
                list(points.values()),
            )
        )
        self.invalidate_model(["point_id", "points"], flush=False)

    def _ledger_kind(self):
        """Return the rule of the ledger that the state of one registration asks for."""
        self.ensure_one()
        outcome = OUTCOMES.get(self.state)
        if not outcome or (self.basis, outcome) == ("make_up", "exchanged"):
            return None
        return f"{self.basis}_{outcome}"

    def _prepare_point_vals(self, kind):
        """Return the ledger's row of one registration."""
        self.ensure_one()
        return {
            "member_id": self.member_id.id,
            "date": self.date,
            "kind": kind,
            "shift_id": self.shift_id.id,
            "registration_id": self.id,
        }

    def _release(self):
        """Take people off shifts to come because of something else: no points."""
        self._change_state("cancelled")

    @api.model
    def _post_due(self, company):
        """Enter in the ledger the outcomes known beforehand whose day has come."""
        due = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("point_id", "=", False),
                ("state", "in", list(OUTCOMES)),
                ("date", "<=", company._supermarket_today()),
            ],
            order="id",
        )
        due.filtered(lambda registration: registration._ledger_kind())._post_outcomes()
