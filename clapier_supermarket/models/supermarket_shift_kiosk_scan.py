from datetime import UTC, datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .supermarket_shift_registration import HOLDS_SEAT

OLDEST_SCAN = timedelta(hours=48)
LONGEST_SHIFT = timedelta(hours=24)


class SupermarketShiftKiosk(models.Model):
    _inherit = "supermarket.shift.kiosk"

    def _scan(self, scans, clock=None):
        """Take scans that a tablet sends, whenever it sends them.

        :param scans: dicts with ``key`` and ``at`` (ISO 8601), and ``card`` or
            ``registration_id``
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
            for scan in self.env["supermarket.shift.scan"].search(
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
        Registration = self.env["supermarket.shift.registration"]
        card = str(scan.get("card") or "").strip()[:64]
        person = self.env["res.partner"]
        registration = Registration
        if moment is None or now - moment > OLDEST_SCAN:
            result, message = (
                "too_late",
                self.env._("This scan is too old to be counted: ask the coordinator."),
            )
        elif card:
            person = self._person_of(card)
            result, message, registration = self._check_in_person(person, moment)
        else:
            registration = self._ticked(scan.get("registration_id"), moment)
            person = registration.substitute_id or registration.partner_id
            result, message, registration = (
                self._check_in(registration, person, moment)
                if registration
                else (
                    "unknown",
                    self.env._("This person is no longer on the list."),
                    Registration,
                )
            )
        return self.env["supermarket.shift.scan"].create(
            {
                "kiosk_id": self.id,
                "key": scan["key"],
                "card": card or False,
                "scanned_at": moment or now,
                "received_at": now,
                "result": result,
                "message": message,
                "partner_id": person.id,
                "registration_id": registration.id,
            }
        )

    def _person_of(self, card):
        return self.env["res.partner"].search(
            [
                ("supermarket_company_id", "=", self.company_id.id),
                ("barcode", "=", card),
            ],
            limit=1,
        )

    def _ticked(self, registration_id, moment):
        """Return the registration that somebody tapped, if this kiosk shows it then."""
        if not isinstance(registration_id, int):
            return self.env["supermarket.shift.registration"]
        return self._registrations_at(moment).filtered(
            lambda item: item.id == registration_id
        )

    def _registrations_at(self, moment, partner=None):
        """Return the registrations of the shop's day that ``moment`` is in."""
        domain = (
            Domain("start", ">=", moment - LONGEST_SHIFT)
            & Domain("start", "<=", moment + LONGEST_SHIFT)
            & Domain("state", "in", HOLDS_SEAT)
            & Domain("shift_id", "any", self._shift_domain())
        )
        if partner is not None:
            domain &= Domain("partner_id", "=", partner.id)
        day = self.company_id._supermarket_local(moment).date()
        return (
            self.env["supermarket.shift.registration"]
            .search(domain)
            .filtered(
                lambda item: (
                    item.date == day
                    or item.start <= moment < item.stop
                    or self._opens_at(item) <= moment <= item.start
                )
            )
        )

    def _policy_of(self, registration):
        return self.env["supermarket.policy"]._policy_for(
            self.company_id, registration.date
        )

    def _opens_at(self, registration):
        minutes = self._policy_of(registration).shift_early_minutes
        return registration.start - timedelta(minutes=minutes)

    def _closes_at(self, registration):
        minutes = self._policy_of(registration).shift_absent_minutes
        return registration.start + timedelta(minutes=minutes)

    def _check_in_person(self, person, moment):
        """Check in who holds a card: their own shift, or that of their household.

        :return: result, message, registration
        """
        none = self.env["supermarket.shift.registration"]
        if not person:
            return (
                "unknown",
                self.env._("This card is not known: see the member office."),
                none,
            )
        if person.supermarket_holder_id and person._supermarket_minors():
            return (
                "not_registered",
                self.env._("Only an adult of the household may come instead."),
                none,
            )
        holder = person.supermarket_holder_id or person
        registration = self._meant(self._registrations_at(moment, holder), moment)
        if not registration:
            return (
                "not_registered",
                self.env._("You are not registered for a shift today."),
                none,
            )
        return self._check_in(registration, person, moment)

    def _meant(self, registrations, moment):
        """Return which of one person's registrations of a day a scan is about."""

        def rank(item):
            if self._opens_at(item) <= moment <= self._closes_at(item):
                # The shift that begins, before the one that was ticked already.
                return (0 if item.state != "attended" else 1, item.start)
            if item.state == "attended":
                return (1 if moment <= item.stop else 4, item.start)
            if item.start < moment <= item.stop:
                return (2, item.start)
            return (3, item.start) if item.start > moment else (5, item.start)

        return registrations.sorted(rank)[:1]

    def _check_in(self, registration, person, moment):
        """Tick one registration as the policy of its day says.

        :return: result, message, registration
        """
        shift = registration.shift_id
        opens, closes = self._opens_at(registration), self._closes_at(registration)
        if registration.state == "attended":
            return (
                "already",
                self.env._("You are already ticked: have a good shift."),
                registration,
            )
        if moment < opens:
            message = self.env._(
                "Your shift starts at %(start)s: come back from %(opens)s on.",
                start=self._hour(shift.start),
                opens=self._hour(opens),
            )
            return "early", message, registration
        if moment > closes:
            message = self.env._(
                "Your shift started at %s: it is too late to check in here, see the "
                "coordinator.",
                self._hour(shift.start),
            )
            return "too_late", message, registration
        minutes = self._policy_of(registration).shift_late_minutes
        late = moment > registration.start + timedelta(minutes=minutes)
        try:
            with self.env.cr.savepoint():
                registration._change_state("attended")
        except UserError as error:
            return "not_registered", str(error), registration
        holder = registration.partner_id
        registration.write(
            {
                "checked_in": moment,
                "is_late": late,
                "substitute_id": person.id if person != holder else False,
            }
        )
        if late:
            return (
                "late",
                self.env._("You are late, and counted as present."),
                registration,
            )
        return "attended", self.env._("Thank you, have a good shift."), registration


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
