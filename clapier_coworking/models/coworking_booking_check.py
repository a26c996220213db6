from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CoworkingBooking(models.Model):
    """What may be booked: each refusal says what is wrong and what to do."""

    _inherit = "coworking.booking"

    def _check_uses(self):
        """Check these bookings against their spaces and policies.

        :raise UserError: the first booking that is not allowed
        """
        policies = {company: company._coworking_policy() for company in self.company_id}
        for booking in self:
            problem = booking._problem(policies[booking.company_id])
            if problem:
                raise UserError(problem)
        self.filtered(lambda booking: not booking.outside_hours)._check_open()

    def _problem(self, policy):
        """Return the sentence that refuses this booking; None where it is allowed."""
        self.ensure_one()
        space, now = self.space_id, fields.Datetime.now()
        minutes = (self.stop - self.start).total_seconds() / 60
        office = self.source == "office"
        if space.kind == "desk":
            return self.env._(
                "“%s” is used place by place: book a desk there instead.", space.name
            )
        if not space.active:
            return self.env._(
                "“%s” is no longer used: choose another space.", space.name
            )
        # The office notes this morning's walk-ins this afternoon; who stands at the door
        # books the step that has begun.
        late = timedelta(hours=24) if office else timedelta()
        if self.source == "door":
            late = timedelta(minutes=space.slot_minutes)
        if self.start < now - late:
            return self.env._("This time is past: choose a later one.")
        if self.attendee_count > space.capacity:
            return self.env._(
                "“%(space)s” holds %(capacity)s people: choose a larger space.",
                space=space.name,
                capacity=space.capacity,
            )
        if minutes < space.min_minutes:
            return self.env._(
                "“%(space)s” is booked for %(minutes)s minutes at least.",
                space=space.name,
                minutes=space.min_minutes,
            )
        if office:
            return None
        return self._problem_of_visitor(policy, minutes)

    def _problem_of_visitor(self, policy, minutes):
        """Return what refuses this booking to whoever is not of the office."""
        space, partner = self.space_id, self.partner_id
        if space.max_minutes and minutes > space.max_minutes:
            return self.env._(
                "“%(space)s” is booked for %(minutes)s minutes at most: ask the office for "
                "more.",
                space=space.name,
                minutes=space.max_minutes,
            )
        if space._on_step(self.start) != self.start:
            return self.env._(
                "“%(space)s” is booked in steps of %(minutes)s minutes: begin on one.",
                space=space.name,
                minutes=space.slot_minutes,
            )
        horizon = fields.Datetime.now() + timedelta(days=policy.horizon_days)
        if self.start > horizon:
            return self.env._(
                "Spaces can be booked %s days ahead: choose an earlier time.",
                policy.horizon_days,
            )
        if space.public_ids and partner._coworking_public() not in space.public_ids:
            return self.env._(
                "“%(space)s” is kept for %(publics)s: choose another space.",
                space=space.name,
                publics=", ".join(space.sudo().public_ids.mapped("name")),
            )
        for option in self.option_ids.option_id:
            if option.company_id != space.company_id or (
                option.space_ids and space not in option.space_ids
            ):
                return self.env._(
                    "“%(option)s” cannot be had in “%(space)s”.",
                    option=option.name,
                    space=space.name,
                )
            limit = self.start - timedelta(hours=option.notice_hours)
            if fields.Datetime.now() > limit:
                return self.env._(
                    "“%(option)s” must be ordered %(hours)s hours before: book without it.",
                    option=option.name,
                    hours=option.notice_hours,
                )
        return None

    def _check_open(self):
        """Refuse what lies outside of the opening hours: one statement for all bookings."""
        closing = self.filtered("space_id.resource_calendar_id")
        if not closing:
            return
        spaces = closing.space_id
        opened = spaces._open(min(closing.mapped("start")), max(closing.mapped("stop")))
        for booking in closing:
            if not any(
                first <= booking.start and booking.stop <= last
                for first, last in opened[booking.space_id]
            ):
                raise UserError(
                    self.env._(
                        "“%(space)s” is closed at %(time)s: choose a time within its "
                        "opening hours.",
                        space=booking.space_id.name,
                        time=booking._tell_time(booking.start),
                    )
                )

    @api.model
    def _check_occurrences(self, uses):
        """Refuse a request for more dates than the policy of an organisation allows."""
        spaces = self.env["coworking.space"].union(*(use["space"] for use in uses))
        for company in spaces.sudo().company_id:
            limit = company._coworking_policy().occurrence_max
            if len(uses) > limit:
                raise UserError(
                    self.env._(
                        "One request asks for %s dates at most: make several.", limit
                    )
                )
