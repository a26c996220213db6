from datetime import UTC, datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .coworking_visit_pay import DAYS

OLDEST_SCAN = timedelta(hours=48)
CARD_MAX = 64


class CoworkingKiosk(models.Model):
    """What a kiosk makes of a badge or a code."""

    _inherit = "coworking.kiosk"

    def _scan(self, scans, clock=None):
        """Take scans that a tablet sends, whenever it sends them.

        :param scans: dicts with ``key``, ``at`` (ISO 8601) and ``card``, and to take a place
            on the spot ``space_id`` and ``half``
        :param clock: what the tablet's clock shows now: its error is taken off each ``at``
        :return: one dict per scan, in their order
        """
        self.ensure_one()
        now = fields.Datetime.now()
        # The first statement locks the row: a batch sent twice at once is tried again
        # after the other, and finds its keys.
        self.last_seen = now
        self.flush_recordset(["last_seen"])
        shown = _moment(clock)
        error = now - shown if shown else timedelta()
        arrived = {
            scan.key: scan
            for scan in self.env["coworking.kiosk.scan"].search(
                [
                    ("kiosk_id", "=", self.id),
                    ("key", "in", [scan["key"] for scan in scans]),
                ]
            )
        }
        moments = {}
        for scan in scans:
            moment = _moment(scan.get("at"))
            moments[scan["key"]] = moment and min(now, moment + error)
        for scan in sorted(scans, key=lambda scan: moments[scan["key"]] or now):
            key = scan["key"]
            if key not in arrived:
                arrived[key] = self._take_scan(scan, moments[key], now)
        return [arrived[scan["key"]]._answer() for scan in scans]

    def _take_scan(self, scan, moment, now):
        """Judge one scan, act on it, and return its row."""
        card = str(scan.get("card") or "").replace("\0", "").strip()[:CARD_MAX]
        person = self.env["res.partner"]
        visit = self.env["coworking.visit"]
        if moment is None or now - moment > OLDEST_SCAN:
            result = "too_late"
            message = self.env._("This is too old to be counted: see the team.")
        else:
            person, found = self._find(card, moment)
            result, message, visit = self._judge(scan, person, found, moment)
        return self.env["coworking.kiosk.scan"].create(
            {
                "kiosk_id": self.id,
                "key": scan["key"],
                "card": card or False,
                "scanned_at": moment or now,
                "received_at": now,
                "result": result,
                "message": message,
                "partner_id": person.id,
                "visit_id": visit.id,
            }
        )

    def _find(self, card, moment):
        """Return the person of a badge or code, and their visits on the day of ``moment``."""
        visits = self.env["coworking.visit"]
        if not card:
            return self.env["res.partner"], visits
        person = self.env["res.partner"].search([("barcode", "=", card)], limit=1)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("state", "!=", "cancelled"),
        ]
        if not person:
            coded = visits.search([*domain, ("code", "=", card.upper())])
            person = coded.partner_id
            if not person:
                return person, coded
        day = self.company_id._coworking_local(moment).date()
        return person, visits.search(
            [*domain, ("partner_id", "=", person.id), ("day", "=", day)], order="half"
        )

    def _judge(self, scan, person, visits, moment):
        """Return result, message and visit of one scan.

        The visits of the day are checked in; who has none takes a place, where a plan or
        a pass pays it.
        """
        none = self.env["coworking.visit"]
        if not person and not visits:
            return (
                "unknown",
                self.env._("This badge or code is not known: see the team."),
                none,
            )
        day = self.company_id._coworking_local(moment).date()
        other_day = visits.filtered(lambda visit: visit.day != day)
        if other_day:
            return (
                "none",
                self.env._("This visit is for %s.", other_day[0]._tell_when()),
                none,
            )
        coming = visits.filtered(
            lambda visit: visit.state != "present" and visit._window()[1] > moment
        )
        if coming:
            coming._check_in(moment)
            return "present", coming[0]._tell_place(), coming[0]
        here = visits.filtered(
            lambda visit: visit.state == "present" and visit._window()[1] > moment
        )
        if here:
            return "already", here[0]._tell_place(), here[0]
        return self._judge_newcomer(scan, person, moment)

    def _judge_newcomer(self, scan, person, moment):
        """Give a place on the spot, or offer one, to who has no visit now."""
        none = self.env["coworking.visit"]
        if scan.get("half"):
            return self._take_place(scan, person, moment)
        if person and self._offers(person):
            return "offer", self.env._("You have no place today: take one?"), none
        message = self.env._(
            "You have no visit now, and no day is left: book on your page, or see the team."
        )
        if person and self._is_covered(person, "am"):
            message = self.env._("Nothing is free any more today: see the team.")
        return "none", message, none

    def _take_place(self, scan, person, moment):
        """Book what a newcomer chose and check them in; refuse with a sentence."""
        none = self.env["coworking.visit"]
        half = str(scan["half"])
        space = self._areas().filtered(lambda area: area.id == scan.get("space_id"))
        if not (person and space and self._is_covered(person, half)):
            return (
                "refused",
                self.env._("No plan nor day pass covers this: see the team."),
                none,
            )
        try:
            with self.env.cr.savepoint():
                visit = self.env["coworking.visit"]._book(
                    person,
                    space,
                    self.company_id._coworking_local(moment).date(),
                    half,
                    key=f"kiosk {self.id} {scan['key']}",
                )
        except UserError as refusal:
            return "refused", refusal.args[0], none
        visit._check_in(moment)
        return "present", visit._tell_place(), visit

    def _is_covered(self, person, half):
        """Tell whether a plan or days left pay a place of today: nothing is billed here."""
        today = self.company_id._coworking_today()
        account_sudo = self.env["coworking.account"]._of(person, self.company_id)
        return half in DAYS and (
            person._coworking_desk_right(self.company_id, today)
            or account_sudo.days_balance >= DAYS[half]
        )

    def _offers(self, person):
        """Return the places that a person may take now: the shortest first."""
        today = self.company_id._coworking_today()
        areas = self._areas()
        areas = areas.filtered_domain(areas._desk_domain(person))
        left = areas._desk_left([today])
        names = self._half_names()
        offers = []
        for area in areas:
            free = {half: left.get((area, today, half), 0) for half in ("am", "pm")}
            free["day"] = min(free.values())
            first = next((half for half in ("am", "pm") if free[half] > 0), None)
            offers += [
                {
                    "space_id": area.id,
                    "half": half,
                    "label": f"{names[half]} – {area.name}",
                    "left": free[half],
                }
                for half in (first, "day")
                if half and free[half] > 0 and self._is_covered(person, half)
            ]
        return offers


def _moment(text):
    """Return the naive UTC datetime of an ISO 8601 text with its zone; None if it is none."""
    try:
        moment = datetime.fromisoformat(text)
        # Without a zone, the server's would be taken for the tablet's.
        return moment.tzinfo and moment.astimezone(UTC).replace(
            tzinfo=None, microsecond=0
        )
    except (OverflowError, TypeError, ValueError):
        return None
