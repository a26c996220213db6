import secrets

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .coworking_desk_slot import HALVES

# Without the characters that are read one for another.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
PARTS = {"am": ("am",), "pm": ("pm",), "day": ("am", "pm")}
STATES = [
    ("booked", "Booked"),
    ("present", "Present"),
    ("no_show", "Did Not Come"),
    ("cancelled", "Cancelled"),
]


class CoworkingVisit(models.Model):
    """The presence of one person in a desk area, for half a day or a day."""

    _name = "coworking.visit"
    _description = "Visit"
    _order = "day desc, half, id desc"
    _rec_names_search = ["partner_id.name", "guest_name", "code"]

    # Who
    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    host_id = fields.Many2one(
        "res.partner",
        "Invited By",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    guest_name = fields.Char("Guest", readonly=True)
    guest_email = fields.Char("Guest's E-mail", readonly=True)
    guest_rank = fields.Integer(
        "Guest of the Month",
        readonly=True,
        help="Counts the guests of a host in a month.",
    )
    guest_month = fields.Date(readonly=True)
    visitor = fields.Char(compute="_compute_visitor")
    # Where and when
    space_id = fields.Many2one(
        "coworking.space", "Area", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="space_id.company_id", store=True, precompute=True, index=True
    )
    day = fields.Date(required=True, readonly=True, index=True)
    half = fields.Selection(
        [*HALVES, ("day", "Whole Day")], "When", required=True, readonly=True
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="booked")
    checked_in_at = fields.Datetime("Came At", readonly=True, copy=False)
    code = fields.Char(
        "Booking Code",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._random_code(),
        help="Typed or scanned at the entrance.",
    )
    key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What arrives twice with one key is booked once.",
    )
    # How it is paid
    paid_by = fields.Selection(
        [
            ("plan", "Plan"),
            ("pass", "Day Pass"),
            ("guest", "Guest Pass"),
            ("bill", "Next Invoice"),
        ],
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(readonly=True, help="Taxes excluded, on the next invoice.")
    hours_row_id = fields.Many2one(
        "coworking.hours",
        "Taken from the Pass",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    sale_line_ids = fields.One2many(
        "sale.order.line",
        "coworking_visit_id",
        "Billed On",
        readonly=True,
        bypass_search_access=True,
    )
    # Mails
    booked_mail_at = fields.Datetime("Booking Sent", readonly=True, copy=False)
    welcome_mail_at = fields.Datetime("Wi-Fi Code Sent", readonly=True, copy=False)

    _who = models.Constraint(
        "CHECK ((partner_id IS NOT NULL) != (host_id IS NOT NULL AND guest_name IS NOT "
        "NULL))",
        "A visit is that of a person, or of the guest of one.",
    )
    _one_morning = models.UniqueIndex(
        "(partner_id, day) WHERE half IN ('am', 'day') AND state != 'cancelled'",
        "This person already has a place on that morning.",
    )
    _one_afternoon = models.UniqueIndex(
        "(partner_id, day) WHERE half IN ('pm', 'day') AND state != 'cancelled'",
        "This person already has a place on that afternoon.",
    )
    _guest_rank_once = models.UniqueIndex(
        "(host_id, company_id, guest_month, guest_rank) "
        "WHERE host_id IS NOT NULL AND state != 'cancelled'",
        "Another guest was invited at this instant: try again.",
    )
    _code_unique = models.UniqueIndex("(code)", "Try again: this code exists already.")
    _key_unique = models.UniqueIndex("(key)", "This form has already been sent.")
    _space_day_idx = models.Index("(space_id, day)")
    _booked_mail_idx = models.Index("(id) WHERE booked_mail_at IS NULL")
    _welcome_mail_idx = models.Index(
        "(id) WHERE state = 'present' AND welcome_mail_at IS NULL"
    )

    @api.model
    def _random_code(self):
        return "".join(secrets.choice(ALPHABET) for _rank in range(CODE_LENGTH))

    @api.depends("partner_id.name", "guest_name")
    def _compute_visitor(self):
        for visit in self:
            visit.visitor = visit.guest_name or visit.partner_id.name

    @api.depends("partner_id.name", "guest_name", "day", "half")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = (
                f"{visit.visitor}, {visit._tell_when()}" if visit.day else visit.visitor
            )

    def write(self, vals):
        """Override of base: visits change by their buttons, which count the places."""
        self.check_access("write")
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Use the buttons of the visit: they count places and days too."
                )
            )
        return super().write(vals)

    def _tell_when(self):
        """Return day and half-day in the reader's language."""
        self.ensure_one()
        halves = dict(self._fields["half"]._description_selection(self.env))
        return self.env._(
            "%(day)s, %(half)s",
            day=self.space_id._tell_day(self.day),
            half=halves[self.half].lower(),
        )

    def _windows(self):
        """Return when each visit may begin and ends: {visit: (start, stop)}, naive UTC."""
        result = {}
        for visits_sudo in self.sudo().grouped("company_id").values():
            windows = visits_sudo.space_id._desk_windows(set(visits_sudo.mapped("day")))
            for visit_sudo in visits_sudo:
                halves = [
                    windows[visit_sudo.space_id, visit_sudo.day, half]
                    for half in PARTS[visit_sudo.half]
                    if (visit_sudo.space_id, visit_sudo.day, half) in windows
                ]
                # A policy that came later may cut the day at a time no clock shows.
                midnight = fields.Datetime.to_datetime(visit_sudo.day)
                result[visit_sudo.id] = (
                    (halves[0][0], halves[-1][1]) if halves else (midnight, midnight)
                )
        return {visit: result[visit.id] for visit in self}

    def _window(self):
        """Return when one visit may begin and ends: naive UTC datetimes."""
        self.ensure_one()
        return self._windows()[self]

    # --- Booking

    @api.model
    def _book(self, partner, space, day, half, key=None, **vals):
        """Take a place for one person, in sudo, whoever asks: callers decide who may.

        :param day: date at the place
        :param half: 'am', 'pm' or 'day'
        :param key: what arrives twice with one key is booked once
        :param vals: further values of the visit, ``host_id`` and ``guest_…`` for a guest
        :return: coworking.visit record in sudo
        :raise UserError: one sentence why not
        """
        visits_sudo = self.sudo()
        owner = partner or self.env["res.partner"].browse(vals["host_id"])
        key = key and f"{owner.id}:{key}"
        if key:
            visit_sudo = visits_sudo.search([("key", "=", key)])
            if visit_sudo:
                return visit_sudo
        space_sudo = space.sudo().exists()
        self._check_bookable(owner, space_sudo, day, half)
        if partner:
            self._check_alone(partner, day, half)
        self.env["coworking.desk.slot"].sudo()._take(space_sudo, day, PARTS[half])
        vals |= {
            "partner_id": partner.id,
            "space_id": space_sudo.id,
            "day": day,
            "half": half,
            "key": key,
        }
        if partner:
            vals |= self._pay(partner, space_sudo, day, half)
        try:
            with self.env.cr.savepoint():
                visit_sudo = visits_sudo.create(vals)
        except UniqueViolation as error:
            raise UserError(
                self.env._("This was booked at this very instant: look at your visits.")
            ) from error
        visit_sudo._trigger_mails()
        return visit_sudo

    @api.model
    def _check_bookable(self, owner, space_sudo, day, half):
        """Refuse a half-day that nobody, or not this person, can have."""
        if half not in PARTS:
            raise UserError(self.env._("Choose the morning, the afternoon or the day."))
        if not space_sudo.active or space_sudo.kind != "desk":
            raise UserError(self.env._("This is no desk area: choose one of the list."))
        if not space_sudo.filtered_domain(space_sudo._desk_domain(owner)):
            raise UserError(
                self.env._(
                    "“%s” is kept for others: choose another area.", space_sudo.name
                )
            )
        company = space_sudo.company_id
        today = company._coworking_today()
        if day < today:
            raise UserError(self.env._("This day is over: choose one to come."))
        if (day - today).days > company._coworking_policy().horizon_days:
            raise UserError(
                self.env._(
                    "This is too far ahead: places can be booked %s days ahead.",
                    company._coworking_policy().horizon_days,
                )
            )
        self._check_open(space_sudo, day, half)

    @api.model
    def _check_open(self, space_sudo, day, half):
        """Refuse half-days that are closed, over or full, in this order."""
        open_windows = space_sudo._desk_open([day])
        left = space_sudo._desk_left([day])
        names = dict(self._fields["half"]._description_selection(self.env))
        for part in PARTS[half]:
            values = {
                "space": space_sudo.name,
                "day": space_sudo._tell_day(day),
                "half": names[part].lower(),
            }
            slot = (space_sudo, day, part)
            if slot not in open_windows:
                raise UserError(
                    self.env._(
                        "“%(space)s” is closed on %(day)s, %(half)s: choose another "
                        "half-day or another day.",
                        **values,
                    )
                )
            if slot not in left:
                raise UserError(
                    self.env._(
                        "On %(day)s, the %(half)s is over: choose what is to come.",
                        **values,
                    )
                )
            if left[slot] <= 0:
                raise UserError(
                    self.env._(
                        "“%(space)s” is full on %(day)s, %(half)s: choose another "
                        "half-day or another day.",
                        **values,
                    )
                )

    @api.model
    def _check_alone(self, partner, day, half):
        """Refuse a second place for one person on one half-day."""
        other_sudo = (
            self.sudo()
            .search(
                Domain("partner_id", "=", partner.id)
                & Domain("day", "=", day)
                & Domain("state", "!=", "cancelled")
            )
            .filtered(lambda visit: set(PARTS[visit.half]) & set(PARTS[half]))[:1]
        )
        if other_sudo:
            raise UserError(
                self.env._(
                    "%(name)s already has a place then, in “%(space)s”: cancel it first.",
                    name=partner.name,
                    space=other_sudo.space_id.name,
                )
            )

    # --- At the entrance

    def _check_in(self, moment=None):
        """Note that people came, at ``moment`` (now by default)."""
        visits_sudo = self.sudo().filtered(
            lambda visit: visit.state in ("booked", "no_show")
        )
        visits_sudo.write(
            {"state": "present", "checked_in_at": moment or fields.Datetime.now()}
        )
        if visits_sudo:
            visits_sudo._trigger_mails()

    def action_check_in(self):
        """Note that these people are here: today's visits only."""
        self.check_access("write")
        for company, visits in self.grouped("company_id").items():
            if set(visits.mapped("day")) - {company._coworking_today()}:
                raise UserError(
                    self.env._(
                        "Only people who come today are checked in: look at today."
                    )
                )
        if self.filtered(lambda visit: visit.state == "cancelled"):
            raise UserError(
                self.env._("This visit is cancelled: book a new one for this person.")
            )
        self._check_in()

    def action_undo_check_in(self):
        """Take a check-in back that was a mistake."""
        self.check_access("write")
        self.filtered(lambda visit: visit.state == "present").sudo().write(
            {"state": "booked", "checked_in_at": False}
        )

    def _wifi(self):
        """Return the Wi-Fi code of today, to who is checked in today; else nothing."""
        self.ensure_one()
        visit_sudo = self.sudo()
        today = visit_sudo.company_id._coworking_today()
        if visit_sudo.state != "present" or visit_sudo.day != today:
            return ""
        return self.env["coworking.wifi.code"]._of(visit_sudo.company_id, today)

    def _tell_place(self):
        """Return where and when one visit is, for who has just come."""
        self.ensure_one()
        return f"{self.space_id.name}, {self._tell_when()}"
