from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_duration

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


def week_letter(week):
    """Return how people call a week of the cycle: A is the first."""
    return chr(ord("A") + week - 1) if week else ""


class SupermarketShiftTemplate(models.Model):
    """A slot of the cycle, such as Tuesday B at nine: shifts are made after it."""

    _name = "supermarket.shift.template"
    _description = "Shift Template"
    _inherit = ["mail.thread"]
    _order = "week, weekday, start_time, section_id, id"
    _rec_names_search = ["section_id.name", "week_letter"]

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    section_id = fields.Many2one(
        "supermarket.shift.section", required=True, index=True, ondelete="restrict"
    )
    week = fields.Integer(
        "Week of the Cycle",
        required=True,
        default=1,
        help="1 is week A, 2 is week B, …",
    )
    week_letter = fields.Char("Week", compute="_compute_week_letter", store=True)
    weekday = fields.Selection(WEEKDAYS, required=True, default="0")
    start_time = fields.Float(
        "Starts At", required=True, default=9.0, help="By the shop's clock."
    )
    hours = fields.Float(
        required=True,
        default=lambda self: self._default_hours(),
        help="How long the shift lasts.",
    )
    seat_count = fields.Integer("Seats", required=True, default=4, tracking=True)
    seats_taken = fields.Integer(
        "Standard Members", readonly=True, copy=False, help="Those who hold a seat."
    )
    seats_free = fields.Integer("Free Seats", compute="_compute_seats_free")
    skill_ids = fields.Many2many(
        "supermarket.shift.skill",
        string="Skills Needed",
        compute="_compute_skill_ids",
        store=True,
        readonly=False,
    )
    coordinator_ids = fields.Many2many(
        "res.partner",
        "supermarket_shift_template_coordinator",
        "template_id",
        "partner_id",
        "Coordinators",
        help="Members who open the attendance sheet and see the names and phones of the "
        "people of the shift.",
    )
    date_start = fields.Date(
        "Valid From", required=True, default=fields.Date.context_today
    )
    date_stop = fields.Date(
        "Valid Until", help="Last day; empty: until further notice."
    )
    team_ids = fields.One2many("supermarket.shift.team", "template_id")
    shift_ids = fields.One2many("supermarket.shift", "template_id", "Shifts")

    _not_overbooked = models.Constraint(
        "CHECK (seats_taken BETWEEN 0 AND seat_count)",
        "Every seat of this slot is held by a standard member: choose another slot, or "
        "add seats.",
    )
    _within_a_day = models.Constraint(
        "CHECK (start_time >= 0 AND start_time < 24 AND hours > 0 AND hours <= 24)",
        "A slot starts between 00:00 and 23:59 and lasts at most 24 hours.",
    )
    _week_positive = models.Constraint(
        "CHECK (week BETWEEN 1 AND 26)", "The weeks of the cycle are numbered from 1."
    )
    _stop_after_start = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)",
        "A slot ends after it begins.",
    )

    @api.model
    def _default_hours(self):
        return self.env["supermarket.policy"]._policy_for(self.env.company).shift_hours

    @api.depends("week")
    def _compute_week_letter(self):
        for template in self:
            template.week_letter = week_letter(template.week)

    @api.depends("seat_count", "seats_taken")
    def _compute_seats_free(self):
        for template in self:
            template.seats_free = template.seat_count - template.seats_taken

    @api.depends("section_id")
    def _compute_skill_ids(self):
        for template in self:
            template.skill_ids = template.section_id.skill_ids

    @api.depends("week", "weekday", "start_time", "section_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        days = dict(self._fields["weekday"]._description_selection(self.env))
        for template in self:
            template.display_name = self.env._(
                "%(day)s %(week)s %(time)s, %(section)s",
                day=days.get(template.weekday, ""),
                week=week_letter(template.week),
                time=format_duration(template.start_time),
                section=template.section_id.name or "",
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for template in self:
            if template.team_ids or template.shift_ids:
                raise UserError(
                    self.env._(
                        "%s has a history of shifts and members: archive it instead.",
                        template.display_name,
                    )
                )

    def write(self, vals):
        """Override of the ORM: shifts to come follow their template."""
        result = super().write(vals)
        if not {"seat_count", "coordinator_ids", "skill_ids"}.isdisjoint(vals):
            self._update_coming_shifts()
        if vals.get("active") is False or vals.get("date_stop"):
            self._cancel_coming_shifts()
        return result

    def action_shifts(self):
        """Open the shifts made after these templates."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_shift_action"
        )
        return {
            **action,
            "domain": [("template_id", "in", self.ids)],
            "context": {"search_default_coming": 1},
        }

    def _coming_shifts(self):
        """Return the open shifts of these templates that have not started."""
        return self.env["supermarket.shift"].search(
            [
                ("template_id", "in", self.ids),
                ("state", "=", "open"),
                ("start", ">", fields.Datetime.now()),
            ]
        )

    def _update_coming_shifts(self):
        for template, shifts in self._coming_shifts().grouped("template_id").items():
            shifts.write(
                {
                    "coordinator_ids": [Command.set(template.coordinator_ids.ids)],
                    "skill_ids": [Command.set(template.skill_ids.ids)],
                }
            )
            for shift in shifts:
                # Who has a seat keeps it.
                shift.seat_count = max(template.seat_count, shift.seats_taken)

    def _cancel_coming_shifts(self):
        shifts = self._coming_shifts().filtered(
            lambda shift: (
                not shift.template_id.active
                or (
                    shift.template_id.date_stop
                    and shift.date > shift.template_id.date_stop
                )
            )
        )
        shifts._cancel(self.env._("This slot no longer exists."))

    def _take_seats(self, seats):
        """Add to the counters of standard members, rows in id order.

        :param seats: {template: seats taken, negative when freed}
        :raise UserError: no seat is left
        """
        self.flush_model(["seats_taken", "seat_count"])
        for template in sorted(seats, key=lambda template: template.id):
            rows = self.env.execute_query(
                SQL(
                    """
                    UPDATE supermarket_shift_template
                    SET seats_taken = GREATEST(0, COALESCE(seats_taken, 0) + %(delta)s)
                    WHERE id = %(id)s
                    AND (%(delta)s <= 0 OR COALESCE(seats_taken, 0) + %(delta)s <= seat_count)
                    RETURNING id
                    """,
                    id=template.id,
                    delta=seats[template],
                )
            )
            template.invalidate_recordset(["seats_taken", "seats_free"], flush=False)
            if not rows:
                raise UserError(
                    self.env._(
                        "%s is full: choose another slot, or add seats to it.",
                        template.display_name,
                    )
                )
