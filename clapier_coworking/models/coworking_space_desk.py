from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..coworking_time import ImpossibleTime, at, to_utc

# How many days are offered, today included.
DESK_DAYS = 14


class CoworkingSpace(models.Model):
    """Areas of desks: their places are counted, half-day by half-day."""

    _inherit = "coworking.space"

    desk_slot_ids = fields.One2many("coworking.desk.slot", "space_id", "Half-Days")

    def write(self, vals):
        """Override of base to keep the half-days to come in step with the places."""
        if "kind" in vals:
            self.filtered(
                lambda space: space.kind == "desk" != vals["kind"]
            )._check_no_desk_is_taken()
        result = super().write(vals)
        if "capacity" in vals:
            for space in self.filtered(lambda space: space.kind == "desk"):
                self.env["coworking.desk.slot"]._resize(space)
        return result

    def _check_no_desk_is_taken(self):
        if (
            self.env["coworking.visit"]
            .sudo()
            .search_count(
                [("space_id", "in", self.ids), ("state", "=", "booked")], limit=1
            )
        ):
            raise UserError(
                self.env._(
                    "People have places in this area: cancel their visits before it "
                    "becomes something else."
                )
            )

    def _desk_domain(self, partner):
        """Return the domain of the desk areas where a partner may take a place."""
        public = partner._coworking_public()
        return Domain("kind", "=", "desk") & (
            Domain("public_ids", "=", False) | Domain("public_ids", "in", public.ids)
        )

    def _desk_windows(self, days):
        """Return ``{(space, day, half): (start, stop)}``, naive UTC datetimes.

        A half-day that begins or ends at a time that no clock shows is left out.
        """
        windows = {}
        for company, spaces in self.grouped("company_id").items():
            zone = company._coworking_zone()
            policies = self.env["coworking.policy"]._policies_by_day(company, days)
            for day in days:
                for half, (first, last) in policies[day]._half_days().items():
                    try:
                        window = (
                            to_utc(at(day, first), zone),
                            to_utc(at(day, last), zone),
                        )
                    except ImpossibleTime:
                        continue
                    windows.update({(space, day, half): window for space in spaces})
        return windows

    def _desk_open(self, days):
        """Return the half-days when desk areas are open, as :meth:`_desk_windows`.

        A claim of the area closes each half-day that it touches; opening hours close
        those that they leave nothing of.
        """
        windows = self._desk_windows(days)
        if not windows:
            return {}
        closed = set(
            self.env["coworking.claim"]._conflicts(
                [
                    {
                        "space": space,
                        "start": start,
                        "stop": stop,
                        "buffers": False,
                    }
                    for (space, _day, _half), (start, stop) in windows.items()
                ]
            )
        )
        free = self._free(
            min(start for start, _stop in windows.values()),
            max(stop for _start, stop in windows.values()),
        )
        return {
            key: (start, stop)
            for number, (key, (start, stop)) in enumerate(windows.items())
            if number not in closed
            and any(first < stop and start < last for first, last in free[key[0]])
        }

    def _desk_left(self, days):
        """Return ``{(space, day, half): places left}`` of open half-days not yet over."""
        now = fields.Datetime.now()
        slots_sudo = (
            self.env["coworking.desk.slot"]
            .sudo()
            .search([("space_id", "in", self.ids), ("day", "in", days)])
        )
        left = {
            (slot.space_id.id, slot.day, slot.half): slot.left for slot in slots_sudo
        }
        return {
            (space, day, half): left.get((space.id, day, half), space.capacity)
            for (space, day, half), (_start, stop) in self._desk_open(days).items()
            if stop > now
        }

    def _desk_next_days(self, count=DESK_DAYS):
        """Return the days that are offered, today at the place first."""
        today = self[:1].company_id._coworking_today()
        return [today + timedelta(days=number) for number in range(count)]

    def _desk_lay_out(self):
        """Make the counters of the open half-days of the next days, for the board."""
        Slot_sudo = self.env["coworking.desk.slot"].sudo()
        for company, spaces in self.grouped("company_id").items():
            open_rows = spaces.with_company(company)._desk_open(
                spaces._desk_next_days()
            )
            for space in spaces:
                rows = [(day, half) for area, day, half in open_rows if area == space]
                if rows:
                    Slot_sudo._add(space, rows, 0)
