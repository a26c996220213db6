from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..coworking_time import ImpossibleTime, at, to_local, to_utc
from .coworking_booking import ACTIVE

# The hours that the day view shows where nothing is used earlier or later.
SHOWN_HOURS = (8, 20)


class CoworkingSpace(models.Model):
    """The day view: all spaces and desks of a day, in a fixed number of statements."""

    _inherit = "coworking.space"

    @api.model
    def get_day_board(self, day=False):
        """Return the day view for the office: see ``_day_board``."""
        self.env["coworking.claim"].check_access("read")
        return self._day_board(
            fields.Date.to_date(day) if day else self.env.company._coworking_today()
        )

    @api.model
    def _day_board(self, day):
        """Return what the spaces of the user's organisations are used for on one day.

        Hours are decimal numbers of the clock of the place, from midnight of the day.

        :param day: date
        :return: plain data: the day, hours to show, spaces by organisation with their
            opening hours, uses and desks, and who is to come
        """
        spaces = self.search([("company_id", "in", self.env.companies.ids)])
        zones = {company: company._coworking_zone() for company in spaces.company_id}
        periods = {
            company: (
                self._midnight(day, zone),
                self._midnight(day + timedelta(1), zone),
            )
            for company, zone in zones.items()
        }
        if periods:
            first = min(start for start, _stop in periods.values())
            last = max(stop for _start, stop in periods.values())
        else:
            first = last = at(day, 0)
        opened = spaces._open(first, last) if periods else {}
        claims = self._day_claims(spaces, first, last)
        desks = spaces.filtered(lambda space: space.kind == "desk")._day_desks(day)
        rows = defaultdict(list)
        for space in spaces.sorted(lambda space: space._day_order()):
            zone = zones[space.company_id]
            start, stop = periods[space.company_id]
            rows[space.company_id].append(
                {
                    "id": space.id,
                    "name": space.name,
                    "kind": space.kind,
                    "capacity": space.capacity,
                    "is_part": bool(space.parent_id),
                    "step": space.slot_minutes / 60,
                    "open": [
                        [self._hour(begin, day, zone), self._hour(end, day, zone)]
                        for begin, end in opened[space]
                        if begin < stop and end > start
                    ],
                    "uses": [
                        self._prepare_day_use(claim, space, day, zone)
                        for claim in self._once(claims, space, start, stop)
                    ],
                    "desks": desks.get(space, []),
                }
            )
        return {
            **self._prepare_day(day, rows),
            "companies": [
                {"id": company.id, "name": company.name, "spaces": rows[company]}
                for company in spaces.company_id
            ],
            "arrivals": self._day_arrivals(spaces, first, last, day, zones),
        }

    def _day_order(self):
        """Return the key that puts the parts of a space just under it."""
        whole = self.parent_id or self
        return (
            self.company_id.id,
            whole.sequence,
            whole.id,
            bool(self.parent_id),
            self.sequence,
            self.id,
        )

    @api.model
    def _day_claims(self, spaces, start, stop):
        """Return the claims of a period, by smallest part."""
        claims = self.env["coworking.claim"].search(
            [
                ("space_id", "in", spaces.leaf_ids.ids),
                ("use_start", "<", stop),
                ("use_stop", ">", start),
            ]
        )
        claims.booking_id.partner_id.fetch(["name"])
        return claims.grouped("space_id")

    @api.model
    def _once(self, claims, space, start, stop):
        """Yield one claim of each use of a space, whichever of its parts hold it."""
        seen = set()
        for leaf in space.leaf_ids:
            for claim in claims.get(leaf, ()):
                key = (
                    claim.kind,
                    claim.booking_id.id or claim.closure_id.id or claim.name,
                    claim.use_start,
                )
                if (
                    key not in seen
                    and claim.use_start < stop
                    and claim.use_stop > start
                ):
                    seen.add(key)
                    yield claim

    @api.model
    def _prepare_day_use(self, claim, space, day, zone):
        booking = claim.booking_id
        return {
            "id": claim.id,
            "booking_id": booking.id,
            "name": claim.name,
            "who": booking.partner_id.name or "",
            "kind": claim.kind,
            "state": booking.state or claim.state,
            "from": self._hour(claim.use_start, day, zone),
            "to": self._hour(claim.use_stop, day, zone),
            "before": self._hour(claim.start, day, zone),
            "after": self._hour(claim.stop, day, zone),
            # A part is used, or the whole that this space is a part of.
            "elsewhere": bool(booking and booking.space_id != space),
        }

    @api.model
    def _prepare_day(self, day, rows):
        """Return the day itself and the hours to show."""
        today = self.env.company._coworking_today()
        hours = [
            hour
            for spaces in rows.values()
            for row in spaces
            for use in row["uses"]
            for hour in (use["from"], use["to"])
        ]
        local = self.env.company._coworking_local(fields.Datetime.now())
        now = local.hour + local.minute / 60
        return {
            "day": fields.Date.to_string(day),
            "title": format_date(self.env, day, date_format="EEEE d MMMM y"),
            "previous": fields.Date.to_string(day - timedelta(1)),
            "next": fields.Date.to_string(day + timedelta(1)),
            "today": fields.Date.to_string(today),
            "now": now if day == today else False,
            "first": int(max(0, min([SHOWN_HOURS[0], *hours]))),
            "last": int(min(24, -(-max([SHOWN_HOURS[1], *hours]) // 1))),
        }

    @api.model
    def _day_arrivals(self, spaces, start, stop, day, zones):
        """Return the bookings of the day whose people are to come or have come."""
        bookings = self.env["coworking.booking"].search(
            [
                ("space_id", "in", spaces.ids),
                ("start", ">=", start),
                ("start", "<", stop),
                ("state", "in", ACTIVE),
            ],
            order="start, id",
        )
        now = fields.Datetime.now()
        return [
            {
                "id": booking.id,
                "name": booking.title or "",
                "who": booking.partner_id.name,
                "space": booking.space_id.name,
                "people": booking.attendee_count,
                "from": self._hour(booking.start, day, zones[booking.company_id]),
                "to": self._hour(booking.stop, day, zones[booking.company_id]),
                "state": booking.state,
                "is_late": booking.state == "confirmed" and booking.start < now,
                "is_over": booking.stop <= now,
            }
            for booking in bookings
        ]

    def _day_desks(self, day):
        """Return how the places of desk areas are taken on the half-days of one day.

        :return: {space: [{``name``, ``from``, ``to``, ``taken``, ``capacity``, ``closed``}]}
        """
        if not self:
            return {}
        slots = self.env["coworking.desk.slot"].search(
            [("space_id", "in", self.ids), ("day", "=", day)]
        )
        counted = {(slot.space_id, slot.half): slot for slot in slots}
        names = dict(slots._fields["half"]._description_selection(self.env))
        opened = self._desk_open([day])
        desks = defaultdict(list)
        for company, spaces in self.grouped("company_id").items():
            halves = company._coworking_policy(day)._half_days()
            for space in spaces:
                for half, (first, last) in halves.items():
                    slot = counted.get((space, half), slots.browse())
                    desks[space].append(
                        {
                            "name": names[half],
                            "from": first,
                            "to": last,
                            "taken": slot.taken,
                            "capacity": slot.seats or space.capacity,
                            "closed": (space, day, half) not in opened,
                        }
                    )
        return desks

    def _day_moment(self, day, hour):
        """Return the UTC moment of an hour of a day at this space.

        :raise UserError: the clocks skip or repeat that hour
        """
        self.ensure_one()
        try:
            return to_utc(at(day, hour), self.company_id._coworking_zone())
        except ImpossibleTime as error:
            raise UserError(
                self.env._("The clocks change at that hour: choose another one.")
            ) from error

    @api.model
    def _midnight(self, day, zone):
        """Return the UTC moment at which a day begins."""
        try:
            return to_utc(at(day, 0), zone)
        except ImpossibleTime:
            return to_utc(at(day, 2), zone)

    @api.model
    def _hour(self, moment, day, zone):
        """Return a UTC moment in hours of the clock from midnight of ``day``."""
        return (to_local(moment, zone) - at(day, 0)).total_seconds() / 3600
