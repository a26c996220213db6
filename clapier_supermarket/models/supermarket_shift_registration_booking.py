from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .supermarket_shift_booking import LIVE


class SupermarketShiftRegistration(models.Model):
    _inherit = "supermarket.shift.registration"

    def _may_cancel(self):
        """Return whether the notice of the policy is still kept."""
        self.ensure_one()
        policy = self.env["supermarket.policy"]._policy_for(self.company_id, self.date)
        notice = timedelta(hours=policy.shift_notice_hours)
        return self.start - fields.Datetime.now() >= notice

    def _cancel_by_member(self):
        """Take one member off a shift as they ask: an own shift is excused, not cancelled.

        :raise UserError: too late, or nothing to cancel
        """
        self.ensure_one()
        registration_sudo = self.sudo()
        self.env["supermarket.shift.member"]._lock_standings(
            registration_sudo.member_id.ids
        )
        if registration_sudo.state == "waiting":
            registration_sudo._change_state("cancelled")
            return
        if registration_sudo.state != "booked":
            words = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(shift)s cannot be cancelled any more: %(state)s.",
                    shift=registration_sudo.shift_id.display_name,
                    state=words[registration_sudo.state],
                )
            )
        if not registration_sudo._may_cancel():
            policy = self.env["supermarket.policy"]._policy_for(
                self.company_id, self.date
            )
            raise UserError(
                self.env._(
                    "%(shift)s starts in less than %(hours)s hours: say that you cannot "
                    "come, so that somebody may take your seat.",
                    shift=registration_sudo.shift_id.display_name,
                    hours=policy.shift_notice_hours,
                )
            )
        registration_sudo._change_state(
            "excused" if registration_sudo.basis == "own" else "cancelled"
        )

    def _promote(self):
        """Give a free seat to one registration of the waiting list, if it may have it.

        :return: whether it has the seat
        """
        self.ensure_one()
        shift = self.shift_id
        if not shift._has_seats():
            return False
        busy = self.search_count(
            [
                ("member_id", "=", self.member_id.id),
                ("id", "!=", self.id),
                ("state", "in", LIVE),
                ("shift_id.start", "<", shift.stop),
                ("shift_id.stop", ">", shift.start),
            ]
        )
        member = self.member_id
        if (
            busy
            or member.status in ("unsubscribed", "blocked")
            or member._on_leave(shift.date)
        ):
            return False
        needed = bool(shift.skill_ids)
        skilled = needed and bool(shift.skill_ids._skilled(self.partner_id, shift.date))
        if not shift._take_seats(1, int(skilled), int(needed and not skilled)):
            return False
        self.write({"state": "booked", "is_skilled": skilled})
        self._promoted()
        return True

    def _promoted(self):
        """Tell a member that the waiting list has let them in: the hook of messages."""

    def _set_substitute(self, person):
        """Let an attached adult of the household come instead, or the member again.

        :param person: res.partner record, empty for the member
        :raise UserError: somebody else, a minor, or too late
        """
        self.ensure_one()
        registration_sudo = self.sudo()
        person_sudo = person.sudo()
        if registration_sudo.state != "booked" or (
            registration_sudo.shift_id.stop <= fields.Datetime.now()
        ):
            raise UserError(
                self.env._(
                    "%s is over or cancelled: nobody can come instead any more.",
                    registration_sudo.shift_id.display_name,
                )
            )
        attached = registration_sudo.partner_id.supermarket_attached_ids
        if person_sudo and (
            person_sudo not in attached or person_sudo._supermarket_minors()
        ):
            raise UserError(
                self.env._(
                    "Only an adult attached to %s may come instead: ask the member office "
                    "to attach them first.",
                    registration_sudo.partner_id.name,
                )
            )
        registration_sudo.substitute_id = person_sudo
