import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, format_time

from ..shift_rules import points

PORTAL_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
REMINDER_MAX_DAYS = 30
COLOURS = {
    "up_to_date": "success",
    "exempted": "success",
    "alert": "warning",
    "extended": "warning",
    "on_leave": "info",
    "suspended": "danger",
    "blocked": "danger",
    "unsubscribed": "danger",
}


class SupermarketShiftMember(models.Model):
    """What a member reads and does on the portal. Callers hold the member's own record."""

    _inherit = "supermarket.shift.member"

    @api.model
    def _portal_of(self, person):
        """Return the working time that ``person`` sees: their holder's, or their own."""
        person_sudo = person.sudo()
        holder_sudo = person_sudo.supermarket_holder_id or person_sudo
        return self.sudo().search([("partner_id", "=", holder_sudo.id)], limit=1)

    @api.model
    def _portal_id(self, text):
        """Return the id that a form sent, 0 where it is none."""
        text = str(text or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _portal_lock(self, key):
        """Let one form of one member through at a time: the other finds what it made.

        :raise UserError: the form carries no key
        """
        self.ensure_one()
        if not PORTAL_KEY.fullmatch(key or ""):
            raise UserError(
                self.env._(
                    "This form is out of date: reload the page and fill it again."
                )
            )
        # A collision is no error to log: Odoo runs the request again.
        self.env.cr.execute(
            SQL(
                "UPDATE supermarket_shift_member SET write_date = write_date WHERE id = %s",
                self.id,
            ),
            log_exceptions=False,
        )

    @api.model
    def _portal_when(self, shift):
        """Return day and hours of a shift, by the shop's clock."""
        zone = shift.company_id._supermarket_tz()
        day = format_datetime(self.env, shift.start, tz=zone, dt_format="EEEE d MMMM")
        start, stop = (
            format_time(self.env, moment, tz=zone, time_format="HH:mm")
            for moment in (shift.start, shift.stop)
        )
        return self.env._(
            "%(day)s, %(start)s–%(stop)s", day=day, start=start, stop=stop
        )

    # --- My shifts

    def _portal_coming(self, limit=None):
        """Return the registrations of one member that are not over, soonest first."""
        self.ensure_one()
        return (
            self.env["supermarket.shift.registration"]
            .sudo()
            .search(
                [
                    ("member_id", "=", self.id),
                    ("state", "in", ("booked", "waiting")),
                    ("shift_id.stop", ">", fields.Datetime.now()),
                ],
                order="start, id",
                limit=limit,
            )
        )

    def _portal_rows(self, registrations):
        """Return what the page says of each registration: when, what cancelling costs."""
        self.ensure_one()
        rules_on = self.env["supermarket.policy"]._shift_rules_on(self.company_id)
        return [
            {
                "registration": registration,
                "shift": registration.shift_id,
                "when": self._portal_when(registration.shift_id),
                "begun": registration.start <= fields.Datetime.now(),
                "may_cancel": registration.state == "waiting"
                or registration._may_cancel(),
                "cost": self._portal_cancel_cost(
                    registration, rules_on(registration.date)
                ),
            }
            for registration in registrations
        ]

    def _portal_cancel_cost(self, registration, rules):
        """Say what one member loses by cancelling one registration."""
        if registration.state == "waiting":
            return self.env._("You leave the waiting list: it costs no point.")
        if registration.basis == "flying":
            return self.env._(
                "Your seat goes to somebody else. It costs no point now, and the shift of "
                "this cycle is still to be done: book another one."
            )
        worth = points("own_excused", self.balance, rules)
        if registration.basis == "make_up" or not worth:
            return self.env._("Your seat goes to somebody else: it costs no point.")
        return self.env._(
            "Your shift counts as excused: on its day, %(points)+d on your points, "
            "which are %(balance)s today. Book a make-up to have it back.",
            points=worth,
            balance=self.balance,
        )

    def _portal_registration(self, registration_id):
        """Return one registration of one member, in sudo; none where it is not theirs."""
        self.ensure_one()
        return (
            self.env["supermarket.shift.registration"]
            .sudo()
            .search([("id", "=", registration_id), ("member_id", "=", self.id)])
        )

    def _portal_substitutes(self):
        """Return the adults of the household who may come instead of one member."""
        attached = self.partner_id.supermarket_attached_ids
        return attached - attached._supermarket_minors()

    # --- Booking

    def _portal_shifts_domain(self, section=None, week=None, free=False):
        """Return the domain of the shifts to come that one member may look at.

        :param section: supermarket.shift.section records, none for all
        :param week: the Monday of a week, or None
        :param free: with a free seat only
        """
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "open"),
                ("start", ">", fields.Datetime.now()),
            ]
        )
        if section:
            domain &= Domain("section_id", "in", section.ids)
        if week:
            domain &= Domain("date", ">=", week)
            domain &= Domain("date", "<", week + timedelta(days=7))
        if free:
            domain &= Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "COALESCE(%s, 0) < %s",
                    SQL.identifier(alias, "seats_taken"),
                    SQL.identifier(alias, "seat_count"),
                )
            )
        return domain

    def _portal_shift_rows(self, shifts):
        """Return what the page says of each shift: when, and one member's place in it."""
        mine_sudo = (
            self.env["supermarket.shift.registration"]
            .sudo()
            .search(
                [
                    ("member_id", "=", self.id),
                    ("shift_id", "in", shifts.ids),
                    ("state", "not in", ("cancelled", "exchanged")),
                ]
            )
        )
        by_shift = {item.shift_id: item for item in mine_sudo}
        return [
            {
                "shift": shift,
                "when": self._portal_when(shift),
                "registration": by_shift.get(shift),
                "skills": ", ".join(shift.skill_ids.mapped("name")),
            }
            for shift in shifts
        ]

    def _portal_weeks(self):
        """Return [(Monday, words)] of the weeks for which shifts are made."""
        policy = self.env["supermarket.policy"]._policy_for(self.company_id)
        today = self.company_id._supermarket_today()
        first = today - timedelta(days=today.weekday())
        last = today + timedelta(days=policy.shift_horizon_days)
        weeks = []
        while first <= last:
            weeks.append(
                (
                    first,
                    self.env._(
                        "%(first)s to %(last)s",
                        first=format_date(self.env, first, date_format="d MMM"),
                        last=format_date(
                            self.env, first + timedelta(days=6), date_format="d MMM"
                        ),
                    ),
                )
            )
            first += timedelta(days=7)
        return weeks

    def _portal_partner(self):
        """Return the shift partner of one member, where both say so."""
        partner = self.shift_partner_id
        return partner if partner.shift_partner_id == self else partner.browse()

    def _portal_book(self, form):
        """Book a shift for one member, and for their shift partner where they ask.

        :param form: dict of strings ``key, shift_id, wait, together``
        :return: registrations
        :raise UserError: one sentence: why not
        """
        self.ensure_one()
        self._portal_lock(form["key"])
        shift_sudo = (
            self.env["supermarket.shift"]
            .sudo()
            .search(
                [
                    ("id", "=", self._portal_id(form["shift_id"])),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        if not shift_sudo:
            raise UserError(
                self.env._("This shift does not exist any more: choose another one.")
            )
        members = self
        if form["together"]:
            if not self._portal_partner():
                raise UserError(
                    self.env._(
                        "You have no shift partner: book for yourself, or ask the member "
                        "office to note with whom you work."
                    )
                )
            members |= self._portal_partner()
        return shift_sudo._book(
            members,
            key=f"portal-{self.id}-{shift_sudo.id}-{form['key']}",
            wait=bool(form["wait"]),
        )

    # --- Ledger and preferences

    def _portal_ledger(self, offset=0, limit=None):
        """Return [(row of the ledger, balance after it)] of one member, newest first."""
        self.ensure_one()
        Point_sudo = self.env["supermarket.shift.point"].sudo()
        Point_sudo.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, sum(points) OVER (ORDER BY date, id)
                FROM supermarket_shift_point WHERE member_id = %s
                ORDER BY date DESC, id DESC OFFSET %s LIMIT %s
                """,
                self.id,
                offset,
                limit,
            )
        )
        records = Point_sudo.browse([row[0] for row in rows])
        return list(zip(records, [row[1] for row in rows], strict=True))

    def _portal_sections(self):
        """Return the sections of the cooperative of one member."""
        return (
            self.env["supermarket.shift.section"]
            .sudo()
            .search([("company_id", "in", (self.company_id.id, False))])
        )

    def _portal_save_preferences(self, reminder, section_ids):
        """Keep what one member prefers.

        :param reminder: days before a shift as they typed them; empty: as the policy says
        :param section_ids: ids as the form sent them
        :raise UserError: that is no number of days
        """
        self.ensure_one()
        days = -1
        if reminder:
            days = self._portal_id(reminder)
            if str(days) != reminder or days > REMINDER_MAX_DAYS:
                raise UserError(
                    self.env._(
                        "Write how many days before, from 0 to %s, or leave it empty.",
                        REMINDER_MAX_DAYS,
                    )
                )
        wanted = {self._portal_id(section_id) for section_id in section_ids}
        sections = self._portal_sections().filtered(lambda item: item.id in wanted)
        self.sudo().write(
            {"reminder_days": days, "section_ids": [fields.Command.set(sections.ids)]}
        )
