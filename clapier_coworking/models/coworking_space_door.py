import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..coworking_tariff import NoPrice
from ..coworking_time import to_local
from .coworking_booking import ACTIVE

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# The page lives on what it knows while the network is away: two days, and the next free
# time however far it is, within a week.
KNOWN_DAYS = 2
SEARCH_DAYS = 8

# Times only: what a use is and whose stays in the database.
USES = """
SELECT DISTINCT c.start - make_interval(mins => COALESCE(s.buffer_after, 0)),
       c.stop + make_interval(mins => COALESCE(s.buffer_before, 0)),
       c.use_start, c.use_stop
  FROM coworking_space s
  JOIN coworking_space_leaf_rel leaf ON leaf.space_id = s.id
  JOIN coworking_claim c ON c.space_id = leaf.leaf_id AND c.active
 WHERE s.id = %(space)s AND c.start < %(stop)s AND c.stop > %(start)s
 ORDER BY 3, 4
"""


class CoworkingSpace(models.Model):
    """The page at the door: busy or free, until when, and nobody's name."""

    _inherit = "coworking.space"

    @api.model
    def _for_door(self, token):
        """Return the space whose door page has this token, in sudo; none if unknown.

        It speaks the language of its organisation. Desks are used place by place: their
        area is neither busy nor free.
        """
        spaces_sudo = self.sudo()
        if not TOKEN.fullmatch(token):
            return spaces_sudo.browse()
        space_sudo = spaces_sudo.search(
            [("access_token", "=", token), ("kind", "!=", "desk")]
        )
        return space_sudo.with_context(
            lang=space_sudo.company_id.partner_id.lang or self.env.lang
        )

    def _door_state(self):
        """Return what the door page shows, the same all day long while nothing changes.

        :return: dict of ``name``, ``offset`` (minutes from UTC), ``free`` (pairs of
            moments), ``uses`` (pairs of seconds that are busy, and the times to show);
            a moment is [seconds, "2027-03-01T10:00", "Monday 1 March"]
        """
        self.ensure_one()
        company = self.company_id
        zone = company._coworking_zone()
        midnight = datetime.combine(company._coworking_today(), datetime.min.time())
        start = midnight.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        known = start + timedelta(days=KNOWN_DAYS)
        free = self._free(start, start + timedelta(days=SEARCH_DAYS))[self]
        uses = self.env.execute_query(SQL(USES, space=self.id, start=start, stop=known))
        soon = [times for times in free if times[0] < known]
        later = [times for times in free if times[0] >= known][:1]
        offset = fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone).utcoffset()
        return {
            "name": self.name,
            "offset": int(offset.total_seconds() // 60),
            "free": [
                [self._door_moment(moment, zone) for moment in times]
                for times in soon + later
            ],
            "uses": [
                [
                    _seconds(first),
                    _seconds(last),
                    self._door_moment(use_start, zone),
                    self._door_moment(use_stop, zone),
                ]
                for first, last, use_start, use_stop in uses
            ],
        }

    def _door_moment(self, moment, zone):
        local = to_local(moment, zone)
        day = format_date(self.env, local.date(), date_format="EEEE d MMMM")
        return [_seconds(moment), local.isoformat(timespec="minutes"), day]

    def _door_answer(self):
        """Return the state as JSON text, and the tag that changes with it."""
        body = json.dumps(self._door_state(), ensure_ascii=False, separators=(",", ":"))
        return body, hashlib.sha256(body.encode()).hexdigest()[:20]

    def _door_words(self):
        """Return what the page says; ``%s`` stands for a time."""
        return {
            "free": self.env._("Vacant"),
            "busy": self.env._("Busy"),
            "closed": self.env._("Closed"),
            "until": self.env._("until %s"),
            "all_day": self.env._("until the end of the day"),
            "next_free": self.env._("Next free: %s"),
            "none_free": self.env._("Nothing free in the days to come"),
            "no_more": self.env._("No other use today"),
            "offline": self.env._("Offline since %s: this is the schedule known then."),
            "gone": self.env._(
                "This link no longer works. Ask the office for the new one."
            ),
        }

    # --- At the door, with a phone

    def _door_bookings(self, partner):
        """Return the bookings here that a person comes for now or soon, in sudo.

        Those that wait for an answer or a payment too: the page says what is missing.
        A part of a divided space leads to the booking of the whole, and the other way.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return (
            self.env["coworking.booking"]
            .sudo()
            .search(
                [
                    ("space_id.leaf_ids", "in", self.leaf_ids.ids),
                    ("partner_id", "=", partner.id),
                    ("state", "in", ACTIVE),
                    ("stop", ">", now),
                    ("start", "<=", now + timedelta(hours=12)),
                ],
                order="start",
            )
        )

    def _check_in_by_code(self, code):
        """Check in the booking that has this code here today, in sudo.

        :return: coworking.booking; none where the code is wrong
        :raise UserError: too many wrong codes, too early, or over
        """
        self.ensure_one()
        tries = self.env["coworking.door.try"]
        tries._spend(self)
        now = fields.Datetime.now()
        booking_sudo = (
            self.env["coworking.booking"]
            .sudo()
            .search(
                [
                    ("space_id.leaf_ids", "in", self.leaf_ids.ids),
                    ("check_in_code", "=", code),
                    ("state", "in", ACTIVE),
                    ("stop", ">", now - timedelta(hours=12)),
                    ("start", "<=", now + timedelta(hours=12)),
                ],
                order="start",
                limit=1,
            )
        )
        if booking_sudo:
            tries._give_back(self)
            booking_sudo._check_in()
        return booking_sudo

    def _door_offers(self, partner):
        """Return the uses that somebody at the door can book at once, with their prices.

        :return: list of (start, stop, amount): one hour, two hours, until the next use or
            the end of the day
        """
        self.ensure_one()
        now = fields.Datetime.now()
        step = timedelta(minutes=self.slot_minutes)
        begun = self._on_step(now)
        starts = (begun - step if begun > now else begun, begun)
        zone = self.company_id._coworking_zone()
        tomorrow = datetime.combine(
            self.company_id._coworking_today() + timedelta(days=1), datetime.min.time()
        )
        midnight = tomorrow.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        free = self._free(starts[0], midnight)[self]
        public = partner._coworking_public()
        if self.public_ids and public not in self.public_ids:
            return []
        for start in starts:
            ends = [last for first, last in free if first <= start < last]
            if ends and ends[0] > now:
                return self._price_offers(public, start, ends[0])
        return []

    def _price_offers(self, public, start, end):
        """Return (start, stop, amount) of uses from ``start`` on, up to ``end``."""
        if self.max_minutes:
            end = min(end, start + timedelta(minutes=self.max_minutes))
        stops = {start + timedelta(hours=hours) for hours in (1, 2)} | {end}
        offers = []
        for stop in sorted(stops):
            if stop > end or stop - start < timedelta(minutes=self.min_minutes):
                continue
            try:
                _lines, amount = self._quote(public, start, stop)
            except NoPrice:
                continue
            offers.append((start, stop, amount))
        return offers

    def _book_at_door(self, partner, stop, key):
        """Book this space from now on for somebody who stands at its door, in sudo.

        :param stop: one of the ends that :meth:`_door_offers` gave
        :param key: idempotency key of the page
        :return: coworking.booking, checked in where nothing is left to approve or pay
        :raise UserError: that end can no longer be had
        """
        self.ensure_one()
        bookings_sudo = self.env["coworking.booking"].sudo()
        known_sudo = bookings_sudo.search(
            [("partner_id", "=", partner.id), ("request_key", "=", f"{key}:0")]
        )
        if known_sudo:
            return known_sudo
        start = next(
            (
                first
                for first, last, _amount in self._door_offers(partner)
                if last == stop
            ),
            None,
        )
        if start is None:
            raise UserError(
                self.env._("This can no longer be had: look at what is free now.")
            )
        booking_sudo = bookings_sudo._request(
            partner,
            [{"space": self, "start": start, "stop": stop}],
            key=key,
            source="door",
        )
        if booking_sudo.state == "confirmed":
            booking_sudo._check_in()
        return booking_sudo


def _seconds(moment):
    """Return a naive UTC datetime as seconds since 1970."""
    return int(moment.replace(tzinfo=UTC).timestamp())
