from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..utils import name_order


class SupermarketShift(models.Model):
    """What the member office and coordinators do with a shift: sheet, people, print."""

    _inherit = "supermarket.shift"

    expected_ids = fields.One2many(
        "supermarket.shift.registration",
        "shift_id",
        "On the Sheet",
        domain=[("state", "not in", ("waiting", "cancelled", "exchanged"))],
    )
    waiting_ids = fields.One2many(
        "supermarket.shift.registration",
        "shift_id",
        "Waiting List",
        domain=[("state", "=", "waiting")],
    )
    gone_ids = fields.One2many(
        "supermarket.shift.registration",
        "shift_id",
        "No Longer Coming",
        domain=[("state", "in", ("cancelled", "exchanged"))],
    )
    calendar_title = fields.Char(
        compute="_compute_calendar_title",
        help="Section, people registered and seats: the calendar says when.",
    )
    understaffed = fields.Boolean(
        compute="_compute_understaffed",
        search="_search_understaffed",
        help="The shift is open and seats are free.",
    )
    has_begun = fields.Boolean(compute="_compute_has_begun")
    sheet_missing = fields.Boolean(
        "Attendance to Take",
        compute="_compute_has_begun",
        search="_search_sheet_missing",
        help="The shift is over and its attendance is not taken.",
    )

    @api.depends("section_id.name", "seat_count", "seats_taken")
    def _compute_calendar_title(self):
        for shift in self:
            shift.calendar_title = (
                f"{shift.section_id.name or ''} {shift.seats_taken}/{shift.seat_count}"
            )

    @api.depends("state", "seat_count", "seats_taken")
    def _compute_understaffed(self):
        for shift in self:
            shift.understaffed = shift.state == "open" and shift.seats_free > 0

    def _search_understaffed(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model(["seat_count", "seats_taken"])
        free = Domain("state", "=", "open") & Domain(
            "id",
            "in",
            SQL(
                "(SELECT id FROM supermarket_shift "
                "WHERE COALESCE(seats_taken, 0) < seat_count)"
            ),
        )
        return Domain.OR(free if wanted else ~free for wanted in value)

    @api.depends("start", "stop", "state")
    def _compute_has_begun(self):
        now = fields.Datetime.now()
        for shift in self:
            shift.has_begun = bool(shift.start) and shift.start <= now
            shift.sheet_missing = (
                bool(shift.stop) and shift.state == "open" and shift.stop <= now
            )

    def _search_sheet_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        missing = Domain("state", "=", "open") & Domain(
            "stop", "<=", fields.Datetime.now()
        )
        return Domain.OR(missing if wanted else ~missing for wanted in value)

    # --- Buttons

    def _open_dialog(self, model, title):
        """Return the dialog ``model`` for these shifts."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_shift_id": self[:1].id,
                "active_model": self._name,
                "active_ids": self.ids,
            },
        }

    def action_attendance(self):
        """Ask who did not come, or is excused; everybody else came."""
        self.ensure_one()
        return self._open_dialog(
            "supermarket.shift.attendance", self.env._("All Present, But …")
        )

    def action_enrol(self):
        """Ask which members to register for this shift."""
        self.ensure_one()
        return self._open_dialog(
            "supermarket.shift.enrol", self.env._("Register Members")
        )

    def action_replacement(self):
        """Ask where to move the people of these shifts, or whether to take them off."""
        action = self._open_dialog(
            "supermarket.shift.replacement", self.env._("Move or Take Off People")
        )
        # Their shift is not the one they are moved to.
        del action["context"]["default_shift_id"]
        return action

    def action_print_sheet(self):
        """Print the attendance sheets, one page for each shift."""
        return self.env.ref(
            "clapier_supermarket.supermarket_shift_sheet_action"
        ).report_action(self)

    def _sheet_registrations(self):
        """Return who is on the attendance sheet of one shift, by name."""
        self.ensure_one()
        return self.registration_ids.filtered(
            lambda registration: (
                registration.state
                not in ("waiting", "cancelled", "exchanged", "excused")
            )
        ).sorted(lambda registration: name_order(registration.partner_id.name))
