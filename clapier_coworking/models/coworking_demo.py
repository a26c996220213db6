import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..coworking_time import at, to_utc

MODULE = "clapier_coworking"
# A use of the past is booked a year ahead, on the same weekday, then brought back.
YEAR = timedelta(weeks=52)
HISTORY_DAYS = 40
PAST_STATES = ("present", "no_show")


class CoworkingDemo(models.AbstractModel):
    """Fills the demo with what data files cannot say: uses around the day of today.

    Private methods, called by demo files alone. Days are counted in working days from
    today, or from Monday where today is not one.
    """

    _name = "coworking.demo"
    _description = "Demo Data of the Coworking"

    def _ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    @api.model
    def _day(self, offset):
        """Return the working day that is ``offset`` working days from today."""
        day = fields.Date.context_today(self)
        while day.weekday() > 4:
            day += timedelta(days=1)
        step = timedelta(days=1 if offset > 0 else -1)
        while offset:
            day += step
            if day.weekday() < 5:
                offset -= 1 if offset > 0 else -1
        return day

    @api.model
    def _moment(self, day, hour):
        """Return the UTC moment of an hour of the clock of Paris."""
        return to_utc(at(day, hour), self._ref("company_zoomacom")._coworking_zone())

    def _prepare_use(self, offset, first, last, space, partner, **vals):
        """Return the values of one booking; those of the past lie a year ahead."""
        day = self._day(offset) + (YEAR if offset <= 0 else timedelta())
        return {
            "partner_id": self._ref(f"partner_{partner}").id,
            "space_id": self._ref(f"space_{space}").id,
            "start": self._moment(day, first),
            "stop": self._moment(day, last),
            "request_key": f"demo-{offset}-{first}-{space}",
            **vals,
        }

    @api.model
    def _load_french(self):
        """Have the words of the addon in French before orders and prices are written."""
        self.env.ref(f"base.module_{MODULE}")._update_translations(["fr_FR"])
        self.env.registry.clear_all_caches()

    @api.model
    def _load_bookings(self, rows):
        """Book uses around today, each in its state.

        :param rows: tuples of day, hours from and to, space and partner (demo ids without
            prefix), title, and a dict: ``people``, ``state``, ``source``, ``options``
        """
        values = [
            self._prepare_use(
                *row[:5],
                title=row[5],
                attendee_count=row[6].get("people", 1),
                source=row[6].get("source", "portal"),
                option_ids=[
                    fields.Command.create(
                        {"option_id": self._ref(f"option_{name}").id, "amount": 0}
                    )
                    for name in row[6].get("options", ())
                ],
            )
            for row in rows
        ]
        bookings = self._quietly(values)
        by_state = bookings.browse().concat()
        for booking, row in zip(bookings, rows, strict=True):
            wanted = row[6].get("state", "confirmed")
            if booking.state == "pending" and wanted != "pending":
                booking.action_approve()
            if booking.state == "awaiting" and wanted != "awaiting":
                booking._payment_order().action_confirm()
            if wanted in PAST_STATES or wanted == "cancelled":
                self._finish(booking, wanted)
            by_state |= booking
        # What waits for a payment or an answer waits until the demo has been looked at.
        by_state.filtered("expires_at").write(
            {"expires_at": fields.Datetime.now() + timedelta(days=7)}
        )
        past = {
            booking: self._day(row[0])
            for booking, row in zip(bookings, rows, strict=True)
            if row[0] <= 0
        }
        self._bring_back(past)
        self._forget_notices()

    @api.model
    def _load_history(self, rows):
        """Fill the weeks before with uses of regulars, the same each time.

        :param rows: tuples of space, partner, chance a day, earliest hour, hours
        """
        chance = random.Random(42)  # the same demo each time
        values, days = [], []
        for offset in range(-4, -HISTORY_DAYS, -1):
            taken = {}
            for space, partner, odds, earliest, hours in rows:
                first = earliest + chance.randrange(0, 3)
                whole = self._ref(f"space_{space}").parent_id or self._ref(
                    f"space_{space}"
                )
                if chance.random() > odds or taken.get(whole, 0) > first - 1:
                    continue
                taken[whole] = first + hours
                values.append(
                    self._prepare_use(
                        offset, first, first + hours, space, partner, payment="invoice"
                    )
                )
                days.append(self._day(offset))
        bookings = self._quietly(values)
        for booking in bookings:
            self._finish(booking, "no_show" if chance.random() < 0.05 else "present")
        self._bring_back(dict(zip(bookings, days, strict=True)))
        self._forget_notices()

    def _quietly(self, values):
        return (
            self.env["coworking.booking"]
            .with_context(
                lang="fr_FR",
                tracking_disable=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
            )
            .create(values)
        )

    def _finish(self, booking, state):
        if state == "cancelled":
            booking._cancel()
        elif state == "no_show":
            booking._charge_fee(100, booking._paid_amounts())
            booking._end("no_show")
        else:
            booking.write({"state": "present", "checked_in_at": booking.start})

    def _bring_back(self, days):
        """Move bookings that were made a year ahead to their days: {booking: day}."""
        if not days:
            return
        self.env.flush_all()
        told = {booking: booking._tell_time(booking.start) for booking in days}
        moves = []
        for booking, day in days.items():
            zone = booking.company_id._coworking_zone()
            local = booking.company_id._coworking_local(booking.start)
            hour = local.hour + local.minute / 60
            moves.append((booking.id, to_utc(at(day, hour), zone) - booking.start))
        for table, link, columns in (
            ("coworking_booking", "id", ("start", "stop", "checked_in_at")),
            (
                "coworking_claim",
                "booking_id",
                ("start", "stop", "use_start", "use_stop"),
            ),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s AS moved SET %s FROM unnest(%s::int[], %s::interval[]) "
                    "AS asked(id, delta) WHERE moved.%s = asked.id",
                    SQL.identifier(table),
                    SQL(", ").join(
                        SQL(
                            "%s = moved.%s + asked.delta",
                            SQL.identifier(column),
                            SQL.identifier(column),
                        )
                        for column in columns
                    ),
                    [booking_id for booking_id, _delta in moves],
                    [delta for _booking_id, delta in moves],
                    SQL.identifier(link),
                )
            )
        self.env.invalidate_all()
        for booking, time in told.items():
            for line_sudo in booking.sudo().order_line_ids:
                line_sudo.name = line_sudo.name.replace(
                    time, booking._tell_time(booking.start)
                )

    def _forget_notices(self):
        """Nobody is written to for the demo."""
        notices_sudo = self.env["coworking.notice"].sudo()
        notices_sudo.search([("state", "=", "queued")]).write(
            {
                "state": "skipped",
                "reason": "outdated",
                "sent_at": fields.Datetime.now(),
            }
        )

    @api.model
    def _load_waiting(self, rows):
        """Put people on waiting lists: day, hours from and to, space, partner, title."""
        for offset, first, last, space, partner, title in rows:
            day = self._day(offset)
            self.env["coworking.waiting"]._join(
                self._ref(f"partner_{partner}"),
                self._ref(f"space_{space}"),
                self._moment(day, first),
                self._moment(day, last),
                title=title,
            )

    @api.model
    def _load_closures(self, rows):
        """Close spaces: day, hours from and to, space, reason."""
        self.env["coworking.closure"].create(
            [
                {
                    "name": reason,
                    "company_id": self._ref(f"space_{space}").company_id.id,
                    "space_ids": [fields.Command.set(self._ref(f"space_{space}").ids)],
                    "start": self._moment(self._day(offset), first),
                    "stop": self._moment(self._day(offset), last),
                }
                for offset, first, last, space, reason in rows
            ]
        )
