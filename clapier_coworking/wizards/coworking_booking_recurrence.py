from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..coworking_recurrence import DAY, MONTH, WEEK, Rule, TooMany, occurrences
from ..coworking_time import ImpossibleTime, at, to_utc

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CoworkingBookingRecurrence(models.TransientModel):
    """A series of bookings: each date is shown as free, taken or closed before saving."""

    _name = "coworking.booking.recurrence"
    _description = "Series of Bookings"

    partner_id = fields.Many2one("res.partner", "Booked By", required=True)
    space_ids = fields.Many2many(
        "coworking.space",
        string="Spaces",
        required=True,
        domain="[('kind', '!=', 'desk')]",
    )
    start = fields.Datetime(
        "First Use", required=True, default=lambda self: self._default_moment(9)
    )
    stop = fields.Datetime(required=True, default=lambda self: self._default_moment(10))
    title = fields.Char(help="What it is for; shown to the staff only.")
    attendee_count = fields.Integer("People", default=1, required=True)
    option_ids = fields.Many2many("coworking.option", string="Options")
    payment = fields.Selection(
        selection=lambda self: (
            self.env["coworking.booking"]
            ._fields["payment"]
            ._description_selection(self.env)
        )
    )
    freq = fields.Selection(
        [(DAY, "Days"), (WEEK, "Weeks"), (MONTH, "Months")],
        "Repeat",
        required=True,
        default=WEEK,
    )
    interval = fields.Integer("Every", default=1, required=True)
    mon = fields.Boolean()
    tue = fields.Boolean()
    wed = fields.Boolean()
    thu = fields.Boolean()
    fri = fields.Boolean()
    sat = fields.Boolean()
    sun = fields.Boolean()
    end_type = fields.Selection(
        [("count", "Number of Dates"), ("until", "Last Day")],
        "Ends By",
        required=True,
        default="count",
    )
    count = fields.Integer("Dates", default=8)
    until = fields.Date()
    line_ids = fields.One2many(
        "coworking.booking.recurrence.line", "recurrence_id", "Dates and Spaces"
    )
    free_count = fields.Integer("Free", compute="_compute_counts")
    selected_count = fields.Integer("Chosen", compute="_compute_counts")
    refused_count = fields.Integer("Not Free", compute="_compute_counts")

    @api.model
    def _default_moment(self, hour):
        """Return an hour of tomorrow at the place; nothing where the clocks skip it."""
        company = self.env.company
        day = company._coworking_today() + timedelta(days=1)
        try:
            return to_utc(at(day, hour), company._coworking_zone())
        except ImpossibleTime:
            return False

    @api.depends("line_ids.state", "line_ids.selected")
    def _compute_counts(self):
        for series in self:
            free = series.line_ids.filtered(lambda line: line.state == "free")
            series.free_count = len(free)
            series.selected_count = len(series.line_ids.filtered("selected"))
            series.refused_count = len(series.line_ids) - len(free)

    def _rule(self):
        """Return the rule of this series.

        :raise UserError: the numbers make no sense
        """
        self.ensure_one()
        if self.stop <= self.start:
            raise UserError(
                self.env._("A booking must end after it starts: choose a later end.")
            )
        if self.end_type == "until" and not self.until:
            raise UserError(self.env._("Choose the last day of the series."))
        try:
            return Rule(
                freq=self.freq,
                interval=self.interval,
                weekdays=tuple(n for n, day in enumerate(WEEKDAYS) if self[day]),
                count=self.count if self.end_type == "count" else None,
                until=self.until if self.end_type == "until" else None,
            )
        except ValueError as error:
            raise UserError(
                self.env._("A series has one date at least, every one or more days.")
            ) from error

    def _moments(self):
        """Return the UTC uses of this series: [(start, stop), …], and what the clocks skip."""
        company = self.space_ids.company_id[:1]
        zone = company._coworking_zone()
        limit = company._coworking_policy().occurrence_max
        try:
            found = occurrences(
                company._coworking_local(self.start),
                company._coworking_local(self.stop),
                self._rule(),
                limit=limit,
            )
        except TooMany as error:
            raise UserError(
                self.env._(
                    "One request asks for %s dates at most: make several.", limit
                )
            ) from error
        moments, skipped = [], []
        for start, stop in found:
            try:
                moments.append((to_utc(start, zone), to_utc(stop, zone)))
            except ImpossibleTime:
                skipped.append(start)
        return moments, skipped

    def action_preview(self):
        """Show each date with each space: free, taken or closed; free ones are chosen."""
        self.ensure_one()
        if not self.space_ids:
            raise UserError(self.env._("Choose a space and a time first."))
        moments, _skipped = self._moments()
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"space_id": space.id, "start": start, "stop": stop})
                for start, stop in moments
                for space in self.space_ids
            ),
        ]
        for line in self.line_ids:
            line.selected = line.state == "free"
        return self._reopen()

    def action_take_alternatives(self):
        """Put what is free instead in the place of what is not, where there is something."""
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: line.state != "free"):
            alternative = line._alternative()
            if alternative:
                space, start, stop = alternative
                line.write(
                    {
                        "space_id": space.id,
                        "start": start,
                        "stop": stop,
                        "selected": True,
                    }
                )
        return self._reopen()

    def _reopen(self):
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "clapier_coworking.coworking_booking_recurrence_action"
            ),
            "res_id": self.id,
        }

    def action_book(self):
        """Book the chosen dates, all of them or none."""
        self.ensure_one()
        self.env["coworking.booking"].check_access("create")
        lines = self.line_ids.filtered("selected")
        if not lines:
            raise UserError(self.env._("Show the dates and choose one at least."))
        lines.space_id.check_access("read")
        bookings_sudo = self.env["coworking.booking"]._request(
            self.partner_id,
            [
                {
                    "space": line.space_id,
                    "start": line.start,
                    "stop": line.stop,
                    "attendee_count": self.attendee_count,
                    "title": self.title,
                    "payment": self.payment,
                    "options": self.option_ids.filtered(
                        lambda option, line=line: (
                            option.company_id == line.space_id.company_id
                            and (
                                not option.space_ids
                                or line.space_id in option.space_ids
                            )
                        )
                    ),
                }
                for line in lines
            ],
            key=f"office-{self.id}",
            source="office",
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.title or self.env._("Series of Bookings"),
            "res_model": "coworking.booking",
            "view_mode": "list,calendar,form",
            "domain": [("id", "in", bookings_sudo.ids)],
        }

    def _availability(self, lines):
        """Return the state of each line and what is free instead, set by set.

        :return: {line: (state, [(space, start, stop), …])}
        """
        lines = lines.filtered(lambda line: line.space_id and line.start and line.stop)
        right = lines.filtered(lambda line: line.start < line.stop)
        answers = {line: ("wrong", []) for line in lines - right}
        if not right:
            return answers
        spaces = right.space_id._origin
        others = self.env["coworking.space"].search(
            [
                ("kind", "in", spaces.mapped("kind")),
                ("company_id", "in", self.env.companies.ids),
            ],
            order="capacity, id",
        )
        day = timedelta(days=1)
        first, last = min(right.mapped("start")) - day, max(right.mapped("stop")) + day
        free = (spaces | others)._free(first, last)
        opened = spaces._open(first, last)
        refused = set(
            self.env["coworking.claim"]._conflicts(
                [line._prepare_use() for line in right]
            )
        )
        now = fields.Datetime.now()
        for number, line in enumerate(right):
            use, space = (line.start, line.stop), line.space_id._origin
            if line.start < now - day:
                state = "past"
            elif not _within(opened[space], *use):
                state = "closed"
            else:
                state = "taken" if number in refused else "free"
            found = [] if state == "free" else line._find(free, others, now)
            answers[line] = (state, found)
        return answers


def _within(ranges, start, stop):
    """Tell whether a use lies wholly within one of some ranges."""
    return any(first <= start and stop <= last for first, last in ranges)
