from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from .supermarket_shift_template import week_letter

FUTURE_STATES = ("booked", "waiting")


class SupermarketShift(models.Model):
    """Some hours in one section of the shop, for as many people as there are seats."""

    _name = "supermarket.shift"
    _description = "Shift"
    _inherit = ["mail.thread"]
    _order = "start, section_id, id"
    _rec_names_search = ["section_id.name"]

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    template_id = fields.Many2one(
        "supermarket.shift.template", readonly=True, ondelete="restrict"
    )
    cycle_id = fields.Many2one(
        "supermarket.shift.cycle", readonly=True, ondelete="restrict", index=True
    )
    section_id = fields.Many2one(
        "supermarket.shift.section", required=True, index=True, ondelete="restrict"
    )
    color = fields.Integer(related="section_id.color")
    week = fields.Integer("Week of the Cycle", readonly=True, aggregator=None)
    week_letter = fields.Char("Week", compute="_compute_week_letter")
    start = fields.Datetime(required=True, index=True)
    stop = fields.Datetime(required=True)
    date = fields.Date(
        compute="_compute_date",
        store=True,
        precompute=True,
        index=True,
        help="By the shop's clock.",
    )
    # Seats: a counter under a CHECK
    seat_count = fields.Integer(
        "Seats", default=4, required=True, tracking=True, aggregator="sum"
    )
    seats_taken = fields.Integer("People Registered", readonly=True, copy=False)
    skilled_taken = fields.Integer("Skilled", readonly=True, copy=False)
    seats_free = fields.Integer("Free Seats", compute="_compute_seats_free")
    skill_ids = fields.Many2many("supermarket.shift.skill", string="Skills Needed")
    coordinator_ids = fields.Many2many(
        "res.partner",
        "supermarket_shift_coordinator",
        "shift_id",
        "partner_id",
        "Coordinators",
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Attendance Taken"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
        index=True,
    )
    closure_id = fields.Many2one(
        "supermarket.shift.closure", readonly=True, ondelete="set null", copy=False
    )
    note = fields.Char(help="What people who come should know; they read it.")
    registration_ids = fields.One2many(
        "supermarket.shift.registration", "shift_id", "Registrations"
    )
    waiting_count = fields.Integer("Waiting", compute="_compute_waiting_count")
    beginner_alone = fields.Boolean(
        "Skill Missing",
        compute="_compute_beginner_alone",
        search="_search_beginner_alone",
        help="People are registered, and nobody who has the skills the shift needs.",
    )

    _stop_after_start = models.Constraint(
        "CHECK (stop > start)", "A shift must end after it starts."
    )
    _not_overbooked = models.Constraint(
        "CHECK (COALESCE(seats_taken, 0) BETWEEN 0 AND seat_count)",
        "There cannot be fewer seats than people registered: cancel registrations first.",
    )
    _once_a_day = models.UniqueIndex(
        "(template_id, date) WHERE template_id IS NOT NULL",
        "This slot already has a shift on that day.",
    )
    _open_idx = models.Index("(company_id, start) WHERE state = 'open'")

    # --- Computes

    @api.depends("start", "company_id")
    def _compute_date(self):
        for shift in self:
            company = shift.company_id or self.env.company
            shift.date = shift.start and company._supermarket_local(shift.start).date()

    @api.depends("week")
    def _compute_week_letter(self):
        for shift in self:
            shift.week_letter = week_letter(shift.week)

    @api.depends("seat_count", "seats_taken")
    def _compute_seats_free(self):
        for shift in self:
            shift.seats_free = shift.seat_count - shift.seats_taken

    @api.depends("registration_ids.state")
    def _compute_waiting_count(self):
        counts = dict(
            self.env["supermarket.shift.registration"]._read_group(
                [("shift_id", "in", self.ids), ("state", "=", "waiting")],
                ["shift_id"],
                ["__count"],
            )
        )
        for shift in self:
            shift.waiting_count = counts.get(shift, 0)

    @api.depends("skill_ids", "seats_taken", "skilled_taken")
    def _compute_beginner_alone(self):
        for shift in self:
            shift.beginner_alone = bool(
                shift.skill_ids and shift.seats_taken and not shift.skilled_taken
            )

    def _search_beginner_alone(self, operator, value):
        if operator != "in":
            return NotImplemented
        alone = (
            fields.Domain("skill_ids", "!=", False)
            & fields.Domain("seats_taken", ">", 0)
            & fields.Domain("skilled_taken", "in", (0, False))
        )
        return fields.Domain.OR(alone if wanted else ~alone for wanted in value)

    @api.depends("start", "section_id", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for shift in self:
            shift.display_name = shift._describe()

    def _describe(self):
        """Return day, hour and section of one shift, by the shop's clock."""
        self.ensure_one()
        if not self.start:
            return self.section_id.name or ""
        moment = format_datetime(
            self.env,
            self.start,
            tz=self.company_id._supermarket_tz(),
            dt_format="EEE d MMM yyyy HH:mm",
        )
        return f"{moment}, {self.section_id.name or ''}"

    # --- CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        for shift in self:
            if shift.registration_ids:
                raise UserError(
                    self.env._(
                        "People are or were registered for %s: cancel it instead.",
                        shift.display_name,
                    )
                )

    def write(self, vals):
        """Override of the ORM: more seats let the waiting list in; skills are counted."""
        result = super().write(vals)
        if "skill_ids" in vals:
            self._recount_seats()
        if "seat_count" in vals:
            self._promote_waiting()
        return result

    # --- Seats

    def _take_seats(self, count=1, skilled=0, beginners=0):
        """Take seats of one shift: one UPDATE, nothing is counted beforehand.

        :param count: seats asked for, negative to free them
        :param skilled: how many of them go to people with the skills that are needed
        :param beginners: how many of them ask for somebody skilled beside them
        :return: whether the seats were there
        """
        self.ensure_one()
        self.flush_recordset(["seat_count", "seats_taken", "skilled_taken", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE supermarket_shift SET
                    seats_taken = COALESCE(seats_taken, 0) + %(count)s,
                    skilled_taken = GREATEST(0, COALESCE(skilled_taken, 0) + %(skilled)s)
                WHERE id = %(id)s
                AND (%(count)s <= 0 OR state != 'cancelled'
                    AND COALESCE(seats_taken, 0) + %(count)s <= seat_count)
                AND (%(beginners)s <= 0
                    OR COALESCE(skilled_taken, 0) + %(skilled)s > 0)
                RETURNING id
                """,
                id=self.id,
                count=count,
                skilled=skilled,
                beginners=beginners,
            )
        )
        self.invalidate_recordset(
            ["seats_taken", "skilled_taken", "seats_free", "beginner_alone"],
            flush=False,
        )
        return bool(rows)

    def _recount_seats(self):
        """Set the counters of these shifts right, from the registrations."""
        self.env.flush_all()
        for shift in self:
            holders = shift.registration_ids.filtered("holds_seat")
            skilled = shift.skill_ids._skilled(holders.partner_id, shift.date)
            for registration in holders:
                registration.is_skilled = bool(
                    shift.skill_ids and registration.partner_id in skilled
                )
            shift.seats_taken = len(holders)
            shift.skilled_taken = len(holders.filtered("is_skilled"))
        self.flush_recordset(["seats_taken", "skilled_taken"])

    def _seat_differences(self):
        """Return the shifts whose counters are not what their registrations say."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id FROM supermarket_shift s
                LEFT JOIN supermarket_shift_registration r ON r.shift_id = s.id
                    AND r.state IN ('booked', 'attended', 'absent')
                WHERE s.id = ANY(%s) GROUP BY s.id
                HAVING COALESCE(s.seats_taken, 0) != count(r.id)
                    OR COALESCE(s.skilled_taken, 0)
                        != count(r.id) FILTER (WHERE r.is_skilled)
                """,
                self.ids,
            )
        )
        return self.browse(row[0] for row in rows)

    def _promote_waiting(self):
        """Give free seats to the first of the waiting list who may have them."""
        waiting = self.env["supermarket.shift.registration"].search(
            [
                ("shift_id", "in", self.ids),
                ("state", "=", "waiting"),
                ("start", ">", fields.Datetime.now()),
            ],
            order="id",
        )
        for registration in waiting:
            registration._promote()
        freed = self.filtered(
            lambda shift: shift.state == "open" and shift.seats_free > 0
        )
        freed._seat_freed()

    def _seat_freed(self):
        """Tell who watches that seats are free: the hook of watches."""

    # --- Buttons

    def action_all_present(self):
        """Mark everybody who is still expected as attended, and close the sheet."""
        self._take_attendance()

    def action_cancel(self):
        """Cancel shifts that nobody shall come to; nobody pays for it."""
        self.check_access("write")
        self._cancel(self.env._("Cancelled by the shop."))

    def action_reopen(self):
        """Open an attendance sheet again, to correct it."""
        self.check_access("write")
        self.filtered(lambda shift: shift.state == "done").state = "open"

    def _take_attendance(self, absent=None, excused=None):
        """Close the attendance sheet: all present but ``absent`` and ``excused``.

        :param absent: registrations of who did not come
        :param excused: registrations of who is excused
        :raise UserError: the shift has not begun
        """
        self.check_access("write")
        Registration = self.env["supermarket.shift.registration"]
        absent = absent or Registration
        excused = excused or Registration
        now = fields.Datetime.now()
        for shift in self:
            if shift.state == "cancelled":
                raise UserError(
                    self.env._("%s is cancelled: nobody came.", shift.display_name)
                )
            if shift.start > now:
                raise UserError(
                    self.env._(
                        "%s has not begun: attendance is taken from its start on.",
                        shift.display_name,
                    )
                )
        expected = self.registration_ids.filtered(
            lambda registration: registration.state == "booked"
        )
        own = expected.shift_id & self
        absent._change_state("absent")
        excused._change_state("excused")
        (expected - absent - excused)._change_state("attended")
        (self | own).state = "done"

    def _cancel(self, reason, closure=None):
        """Cancel shifts: who was registered is told, and credited on a closure day.

        :param reason: a sentence for those who were registered
        :param closure: supermarket.shift.closure record, or None
        """
        shifts = self.filtered(lambda shift: shift.state == "open")
        registrations = shifts.registration_ids
        shifts.write(
            {"state": "cancelled", "note": reason, "closure_id": closure and closure.id}
        )
        registrations.filtered(
            lambda registration: registration.state == "waiting"
        )._change_state("cancelled")
        registrations.filtered(
            lambda registration: registration.state == "booked"
        )._change_state("closure" if closure else "cancelled")
