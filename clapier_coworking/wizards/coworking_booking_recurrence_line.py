from datetime import timedelta

from odoo import api, fields, models

ALTERNATIVES = 3
# How far from the hour asked for the same space is proposed instead.
NEAR = timedelta(hours=6)


class CoworkingBookingRecurrenceLine(models.TransientModel):
    """One date of a series in one space: free or not, and what is free instead."""

    _name = "coworking.booking.recurrence.line"
    _description = "Date of a Series of Bookings"
    _order = "start, space_id, id"

    recurrence_id = fields.Many2one(
        "coworking.booking.recurrence", required=True, ondelete="cascade", index=True
    )
    selected = fields.Boolean("Book")
    space_id = fields.Many2one(
        "coworking.space", required=True, domain="[('kind', '!=', 'desk')]"
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    state = fields.Selection(
        [
            ("free", "Free"),
            ("taken", "Taken"),
            ("closed", "Closed"),
            ("past", "Past"),
            ("wrong", "Ends Too Early"),
        ],
        compute="_compute_state",
    )
    alternatives = fields.Char("Free Instead", compute="_compute_state")

    @api.depends("space_id", "start", "stop")
    def _compute_state(self):
        answers = self.recurrence_id._availability(self) if self else {}
        for line in self:
            state, found = answers.get(line, (False, []))
            line.state = state
            line.alternatives = "; ".join(
                line._tell(space, start) for space, start, _stop in found
            )

    def _tell(self, space, start):
        booking = self.env["coworking.booking"].new({"space_id": space.id})
        return f"{space.name}, {booking._tell_time(start)}"

    def _prepare_use(self):
        self.ensure_one()
        return {
            "space": self.space_id._origin,
            "start": self.start,
            "stop": self.stop,
            "kind": "booking",
        }

    def _alternative(self):
        """Return the first thing that is free instead: (space, start, stop), or None."""
        self.ensure_one()
        _state, found = self.recurrence_id._availability(self)[self]
        return found[0] if found else None

    def _find(self, free, others, now):
        """Return what is free instead of this line, from free times already read.

        :param free: {space: [(start, stop), …]}
        :param others: spaces that may be proposed, the smallest first
        """
        self.ensure_one()
        space, length = self.space_id._origin, self.stop - self.start
        found = [
            (other, self.start, self.stop)
            for other in others
            if other != space
            and other.kind == space.kind
            and other.capacity >= self.recurrence_id.attendee_count
            and self.start > now
            and any(
                first <= self.start and self.stop <= last for first, last in free[other]
            )
        ]
        near = []
        for first, last in free[space]:
            if last - first < length:
                continue
            begin = min(max(self.start, first), last - length)
            if first > self.start:
                begin = space._on_step(first)
            if (
                abs(begin - self.start) <= NEAR
                and now < begin
                and first <= begin
                and begin + length <= last
            ):
                near.append((space, begin, begin + length))
        near.sort(key=lambda use: abs(use[1] - self.start))
        return (found[:2] + near)[:ALTERNATIVES]
