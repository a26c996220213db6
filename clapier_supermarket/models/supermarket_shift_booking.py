from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

LIVE = ("booked", "attended", "absent")


class SupermarketShift(models.Model):
    _inherit = "supermarket.shift"

    def _book(self, members, key=None, wait=False, forced=False):
        """Register members for one shift, all or none.

        :param members: supermarket.shift.member records, several when they come together
        :param key: what arrives twice with one key counts once
        :param wait: join the waiting list when the shift is full
        :param forced: the member office registers them: no limits but seats and skills
        :return: registrations
        :raise UserError: one sentence: why, and what to do
        """
        self.ensure_one()
        Registration_sudo = self.env["supermarket.shift.registration"].sudo()
        if key:
            arrived = Registration_sudo.search([("key", "=", key)])
            if arrived:
                return arrived.filtered(lambda item: item.member_id in members)
        shift_sudo = self.sudo()
        members_sudo = members.sudo()
        members_sudo._lock_standings(sorted(members_sudo.ids))
        shift_sudo._check_open_for_booking(forced)
        for member in members_sudo:
            shift_sudo._check_may_book(member, forced)
        skilled = members_sudo.filtered(
            lambda member: (
                member.partner_id
                in shift_sudo.skill_ids._skilled(
                    members_sudo.partner_id, shift_sudo.date
                )
            )
        )
        state = "booked"
        if not shift_sudo._take_seats(
            len(members_sudo),
            len(skilled) if shift_sudo.skill_ids else 0,
            len(members_sudo - skilled) if shift_sudo.skill_ids else 0,
        ):
            if not wait or shift_sudo._has_seats(len(members_sudo)):
                raise UserError(shift_sudo._no_seat_message(len(members_sudo)))
            state = "waiting"
        return Registration_sudo.create(
            [
                {
                    **shift_sudo._prepare_registration_vals(member),
                    "state": state,
                    "is_skilled": bool(shift_sudo.skill_ids) and member in skilled,
                    "key": key if index == 0 else None,
                }
                for index, member in enumerate(members_sudo)
            ]
        )

    def _prepare_registration_vals(self, member):
        """Return the registration of a member who books this shift."""
        self.ensure_one()
        kind = "flying" if member.team == "flying" else "make_up"
        return {
            "shift_id": self.id,
            "member_id": member.id,
            "partner_id": member.partner_id.id,
            "company_id": self.company_id.id,
            "kind": kind,
            "basis": kind,
        }

    def _has_seats(self, count=1):
        """Return whether seats are free, as far as this transaction sees."""
        self.ensure_one()
        return self.state == "open" and self.seats_free >= count

    def _no_seat_message(self, count=1):
        """Say why a seat of one shift was refused."""
        self.ensure_one()
        if self.state == "cancelled":
            return self.env._(
                "%s is cancelled: choose another shift.", self.display_name
            )
        if self._has_seats(count):
            return self.env._(
                "%(shift)s needs somebody who knows: %(skills)s. Nobody of them is "
                "registered yet: choose another shift, or ask to be told when somebody is.",
                shift=self.display_name,
                skills=", ".join(self.skill_ids.mapped("name")),
            )
        return self.env._(
            "%s is full: choose another shift, or join its waiting list.",
            self.display_name,
        )

    def _check_open_for_booking(self, forced=False):
        """Raise UserError unless one shift is open and to come.

        The member office adds to the open sheet who came unannounced.
        """
        self.ensure_one()
        if self.state != "open":
            raise UserError(self._no_seat_message())
        if not forced and self.start <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%s has already begun: choose a shift to come.", self.display_name
                )
            )

    def _check_may_book(self, member, forced=False, leaving=None):
        """Raise UserError unless ``member`` may register for this shift.

        :param forced: no limits of the policy
        :param leaving: registrations of theirs that end if they get this one
        """
        self.ensure_one()
        name = member.partner_id.name
        if member.company_id != self.company_id:
            raise UserError(self.env._("%s is not a member of this cooperative.", name))
        if member.status in ("unsubscribed", "blocked"):
            raise UserError(member._explain())
        if member._on_leave(self.date):
            raise UserError(
                self.env._(
                    "%(name)s is on leave on %(date)s: choose a shift after the leave, or "
                    "end it at the member office.",
                    name=name,
                    date=format_date(self.env, self.date),
                )
            )
        self._check_free(member, leaving)
        if not forced:
            self._check_limits(member, leaving)

    def _check_free(self, member, leaving=None):
        """Raise UserError where ``member`` is registered for this shift, or at its time."""
        clash = (
            self.env["supermarket.shift.registration"]
            .sudo()
            .search(
                [
                    ("member_id", "=", member.id),
                    ("state", "in", ("waiting", *LIVE, "excused")),
                    ("shift_id.start", "<", self.stop),
                    ("shift_id.stop", ">", self.start),
                    ("id", "not in", leaving.ids if leaving else []),
                ],
            )
        )
        if here := clash.filtered(lambda item: item.shift_id == self):
            words = dict(here._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(name)s is already registered for %(shift)s: %(state)s.",
                    name=member.partner_id.name,
                    shift=self.display_name,
                    state=words[here[0].state],
                )
            )
        if busy := clash.filtered(lambda item: item.state in LIVE):
            raise UserError(
                self.env._(
                    "%(name)s already has a shift at that time: %(shift)s. Cancel it "
                    "first, or choose another shift.",
                    name=member.partner_id.name,
                    shift=busy[0].shift_id.display_name,
                )
            )

    def _check_limits(self, member, leaving=None):
        """Raise UserError where the policy allows ``member`` no more bookings."""
        policy = self.env["supermarket.policy"]._policy_for(self.company_id, self.date)
        window = timedelta(days=policy.shift_booking_window_days - 1)
        days = (
            self.env["supermarket.shift.registration"]
            .sudo()
            .search_fetch(
                [
                    ("member_id", "=", member.id),
                    ("basis", "in", ("make_up", "flying")),
                    ("state", "in", ("waiting", *LIVE)),
                    ("date", ">=", self.date - window),
                    ("date", "<=", self.date + window),
                    ("id", "not in", leaving.ids if leaving else []),
                ],
                ["date"],
            )
            .mapped("date")
        )
        if days.count(self.date) >= policy.shift_bookings_per_day:
            raise UserError(
                self.env._(
                    "%(name)s already has %(count)s shifts on %(date)s, as many as the "
                    "policy allows: choose another day.",
                    name=member.partner_id.name,
                    count=policy.shift_bookings_per_day,
                    date=format_date(self.env, self.date),
                )
            )
        # The fullest window that holds this day begins on this day or on one booked.
        fullest = max(
            sum(first <= day <= first + window for day in days)
            for first in {self.date, *days}
            if first <= self.date <= first + window
        )
        if fullest >= policy.shift_bookings_per_window:
            raise UserError(
                self.env._(
                    "%(name)s already has %(count)s shifts within %(days)s days, as many "
                    "as the policy allows: choose a later shift, or cancel one.",
                    name=member.partner_id.name,
                    count=policy.shift_bookings_per_window,
                    days=policy.shift_booking_window_days,
                )
            )
