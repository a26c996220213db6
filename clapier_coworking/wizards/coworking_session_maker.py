from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..coworking_time import ImpossibleTime, at, to_utc

# A training longer than this is made in several times.
DAYS_MAX = 400


class CoworkingSessionMaker(models.TransientModel):
    """Make the half-days of a training between two dates, conflicts shown before."""

    _name = "coworking.session.maker"
    _description = "Make the Half-Days of a Training"

    event_id = fields.Many2one("event.event", "Training", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    on_monday = fields.Boolean("Monday", default=True)
    on_tuesday = fields.Boolean("Tuesday", default=True)
    on_wednesday = fields.Boolean("Wednesday", default=True)
    on_thursday = fields.Boolean("Thursday", default=True)
    on_friday = fields.Boolean("Friday", default=True)
    on_saturday = fields.Boolean("Saturday")
    on_sunday = fields.Boolean("Sunday")
    with_morning = fields.Boolean("Mornings", default=True)
    morning_from = fields.Float(default=9.0)
    morning_to = fields.Float(default=12.5)
    with_afternoon = fields.Boolean("Afternoons", default=True)
    afternoon_from = fields.Float(default=13.5)
    afternoon_to = fields.Float(default=17.0)
    title = fields.Char(help="What these half-days are about.")
    trainer_id = fields.Many2one("res.partner")
    space_ids = fields.Many2many(
        "coworking.space", string="Spaces", domain="[('company_id', '=', company_id)]"
    )
    line_ids = fields.One2many("coworking.session.maker.line", "maker_id", "Half-Days")
    conflict_count = fields.Integer(compute="_compute_conflict_count")

    @api.depends("event_id")
    def _compute_company_id(self):
        for maker in self:
            maker.company_id = maker.event_id.company_id or self.env.company

    @api.depends("line_ids.state", "line_ids.is_kept")
    def _compute_conflict_count(self):
        for maker in self:
            maker.conflict_count = len(
                maker.line_ids.filtered(
                    lambda line: line.is_kept and line.state == "taken"
                )
            )

    @api.model
    def default_get(self, fields_list):
        """Override of the ORM to begin with the dates and trainer of the training."""
        values = super().default_get(fields_list)
        event = self.env["event.event"].browse(values.get("event_id"))
        if event:
            company = event.company_id or self.env.company
            values.update(
                date_from=company._coworking_local(event.date_begin).date(),
                date_to=company._coworking_local(event.date_end).date(),
                trainer_id=event.coworking_trainer_id.id,
            )
        return values

    def action_preview(self):
        """Lay out the half-days: which are free, taken, or on a closed day."""
        self.ensure_one()
        self.line_ids = [Command.clear()] + [
            Command.create(
                {
                    "start": start,
                    "stop": stop,
                    "space_ids": [Command.set(self.space_ids.ids)],
                }
            )
            for start, stop in self._half_days()
        ]
        if not self.line_ids:
            raise UserError(self.env._("No half-day lies there: choose other days."))
        for line in self.line_ids:
            line.is_kept = line.state != "closed"
        return self._reopen()

    def action_make(self):
        """Make the half-days that are kept: all of them or none."""
        self.ensure_one()
        self.event_id.check_access("write")
        kept = self.line_ids.filtered("is_kept")
        if not kept:
            raise UserError(self.env._("Look at the half-days first, and keep some."))
        if self.conflict_count:
            raise UserError(
                self.env._(
                    "%s of these half-days are taken: change their space or hours, or do "
                    "not keep them.",
                    self.conflict_count,
                )
            )
        self.env["coworking.session"].create(
            [
                {
                    "event_id": self.event_id.id,
                    "company_id": self.company_id.id,
                    "title": self.title,
                    "start": line.start,
                    "stop": line.stop,
                    "trainer_id": self.trainer_id.id,
                    "space_ids": [Command.set(line.space_ids.ids)],
                }
                for line in kept
            ]
        )
        return self.event_id.action_coworking_sessions()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Make the Half-Days"),
        }

    def _half_days(self):
        """Return (start, stop), naive UTC, of each half-day that is asked for."""
        days = (self.date_to - self.date_from).days + 1
        if not 0 < days <= DAYS_MAX:
            raise UserError(
                self.env._(
                    "The last day comes after the first, %s days later at most.",
                    DAYS_MAX,
                )
            )
        wanted = [
            self.on_monday,
            self.on_tuesday,
            self.on_wednesday,
            self.on_thursday,
            self.on_friday,
            self.on_saturday,
            self.on_sunday,
        ]
        hours = []
        if self.with_morning:
            hours.append((self.morning_from, self.morning_to))
        if self.with_afternoon:
            hours.append((self.afternoon_from, self.afternoon_to))
        if any(not 0 <= first < last <= 24 for first, last in hours):
            raise UserError(self.env._("A half-day ends after it begins."))
        zone = self.company_id._coworking_zone()
        result = []
        for rank in range(days):
            day = self.date_from + timedelta(days=rank)
            if not wanted[day.weekday()]:
                continue
            try:
                result += [
                    (to_utc(at(day, first), zone), to_utc(at(day, last), zone))
                    for first, last in hours
                ]
            except ImpossibleTime as error:
                raise UserError(
                    self.env._("The clocks change that night: choose other hours.")
                ) from error
        return result
