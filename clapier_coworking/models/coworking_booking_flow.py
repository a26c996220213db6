from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, split_every

from .coworking_claim import ClaimRefused

END_BATCH = 100


class CoworkingBooking(models.Model):
    """The life of a booking, from the request to its end."""

    _inherit = "coworking.booking"

    # --- From request to confirmation

    @api.model
    def _request(self, partner, uses, key=None, source="portal", claims_sudo=None):
        """Book several uses at once for one person, all of them or none.

        :param partner: res.partner record, the person who asks
        :param uses: list of dicts: ``space`` (record), ``start``, ``stop`` (naive UTC),
            and optionally ``attendee_count``, ``title``, ``payment``,
            ``options`` (coworking.option records)
        :param key: idempotency key: the same key returns the same bookings
        :param claims_sudo: what ``_claim_uses`` has claimed for them already
        :return: coworking.booking records, in sudo
        :raise UserError: a use is not allowed, or the time is taken
        """
        bookings_sudo = self.sudo().with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        if key:
            known_sudo = bookings_sudo.search(
                [
                    ("partner_id", "=", partner.id),
                    ("request_key", "=like", f"{key}:%"),
                ],
                order="id",
            )
            if known_sudo:
                return known_sudo
        if not uses:
            raise UserError(self.env._("Choose a space and a time first."))
        if any(use["stop"] <= use["start"] for use in uses):
            raise UserError(
                self.env._("A booking must end after it starts: choose a later end.")
            )
        self._check_occurrences(uses)
        # Who comes too late is told so before anything else is made.
        if not claims_sudo:
            try:
                claims_sudo = self._claim_uses(uses)
            except ClaimRefused as refusal:
                use = uses[next(iter(refusal.numbers), 0)]
                raise self._preview_booking(partner, use, source)._refusal(
                    refusal
                ) from refusal
        group_sudo = self.env["coworking.booking.group"].sudo()
        if len(uses) > 1:
            title = next((use["title"] for use in uses if use.get("title")), None)
            group_sudo = group_sudo.create(
                {"name": title or uses[0]["space"].name, "partner_id": partner.id}
            )
        return bookings_sudo.create(
            [
                {
                    **self._prepare_request(use),
                    "partner_id": partner.id,
                    "source": source,
                    "group_id": group_sudo.id,
                    "request_key": f"{key}:{number}" if key else None,
                    "claim_ids": [Command.set(claims_sudo[number].ids)],
                }
                for number, use in enumerate(uses)
            ]
        )

    @api.model
    def _claim_uses(self, uses):
        """Claim what is asked for before its bookings are made.

        :param uses: as for ``_request``
        :return: list of coworking.claim recordsets in sudo, one per use
        :raise ClaimRefused: somebody else has one of these times
        """
        return self.env["coworking.claim"]._claim(
            [
                {
                    "space": use["space"],
                    "start": use["start"],
                    "stop": use["stop"],
                    "kind": "booking",
                    "name": use.get("title") or use["space"].name,
                    "state": "pending",
                }
                for use in uses
            ]
        )

    @api.model
    def _prepare_request(self, use):
        """Return the values of the booking for one use of a request."""
        return {
            "space_id": use["space"].id,
            "start": use["start"],
            "stop": use["stop"],
            "attendee_count": use.get("attendee_count") or 1,
            "title": use.get("title"),
            "payment": use.get("payment"),
            "option_ids": [
                Command.create({"option_id": option.id, "quantity": 1, "amount": 0})
                for option in use.get("options") or ()
            ],
        }

    def _begin(self):
        """Give new bookings their first state: to approve, to pay, or confirmed."""
        asked = self.filtered(
            lambda booking: (
                booking.source != "office" and booking.space_id.requires_approval
            )
        )
        now = fields.Datetime.now()
        for company, bookings in asked.grouped("company_id").items():
            hours = company._coworking_policy().approval_hours
            for booking in bookings:
                # Nobody answers a request after its time has come.
                booking.write(
                    {
                        "state": "pending",
                        "expires_at": min(now + timedelta(hours=hours), booking.start),
                    }
                )
        asked._sync_claim_states()
        asked._notify("asked")
        (self - asked)._engage()

    def _engage(self):
        """Take the hours, ask for the payment, or confirm: what each booking is paid by."""
        self.filtered(lambda booking: booking.payment == "hours")._spend_hours()
        online = self.filtered(lambda booking: booking.payment == "online")
        online._ask_payment()
        (self - online)._confirm()

    def _confirm(self):
        """Confirm bookings that are approved and, where it was asked for, paid."""
        if not self:
            return
        self.write({"state": "confirmed", "expires_at": False})
        self._sync_claim_states()
        self.option_ids._supply()
        self._notify("confirmed")

    def _sync_claim_states(self):
        pending = self.filtered(
            lambda booking: booking.state in ("pending", "awaiting")
        )
        for bookings, state in ((pending, "pending"), (self - pending, "confirmed")):
            claims_sudo = bookings.sudo().claim_ids.filtered(
                lambda claim, state=state: claim.state != state
            )
            if claims_sudo:
                claims_sudo.write({"state": state})

    def action_approve(self):
        """Approve requests: the space is theirs, once paid where a payment is due."""
        self.check_access("write")
        asked = self.filtered(lambda booking: booking.state == "pending")
        if asked != self:
            raise UserError(self.env._("Only a request that waits can be approved."))
        asked._engage()

    def action_refuse(self):
        """Refuse requests: the space is free again."""
        self.check_access("write")
        if any(booking.state != "pending" for booking in self):
            raise UserError(
                self.env._(
                    "Only a request that waits can be refused: cancel it instead."
                )
            )
        self._end("refused")

    def action_confirm_payment(self):
        """Confirm bookings whose payment the office has received another way."""
        self.check_access("write")
        if any(booking.state != "awaiting" for booking in self):
            raise UserError(self.env._("Only a booking that waits for its payment."))
        orders_sudo = self.env["sale.order"].sudo()
        for booking in self:
            orders_sudo |= booking._payment_order()
        # What is paid to the office is invoiced as what is paid online: the order confirms.
        orders_sudo.action_confirm()

    def action_check_in(self):
        """Note that the people have come."""
        self.check_access("write")
        self._check_in()

    def action_cancel(self):
        """Cancel by the rules of the policy: with or without a fee."""
        self.check_access("write")
        self._cancel()

    def action_cancel_without_fee(self):
        """Cancel and take no fee, whenever it is."""
        self.check_access("write")
        self._cancel(waive=True)

    def _notify(self, kind, detail=""):
        """Note that the people of these bookings are to be told, once per kind and detail.

        :param detail: what makes it another thing to tell, such as the number of a move
        """
        if not self:
            return
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO coworking_notice
                    (partner_id, booking_id, company_id, kind, state, key,
                     create_uid, create_date, write_uid, write_date)
                SELECT partner_id, id, company_id, %(kind)s, 'queued',
                       'coworking.booking,' || id || ',' || %(kind)s || %(detail)s,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM coworking_booking
                 WHERE id = ANY(%(ids)s)
                    ON CONFLICT (key) DO NOTHING
                RETURNING id
                """,
                kind=kind,
                detail=detail and f",{detail}",
                uid=self.env.uid,
                ids=self.ids,
            )
        )

    # --- Ends

    def _end(self, state, offer=True):
        """Free the space and give these bookings their last state."""
        freed = self._freed_times()
        self.sudo().claim_ids._release(offer=False)
        self.option_ids._withdraw_supply()
        self.write({"state": state, "expires_at": False})
        self._notify(state)
        if offer:
            self.env["coworking.waiting"]._offer_freed(freed)

    def _check_in_opens(self):
        """Return from when on people can check in."""
        self.ensure_one()
        minutes = self.company_id._coworking_policy().check_in_before_minutes
        return self.start - timedelta(minutes=minutes)

    def _check_in(self):
        """Note that the people have come.

        :raise UserError: too early, too late, or not a confirmed booking
        """
        now = fields.Datetime.now()
        for booking in self:
            if booking.state == "present":
                continue
            if booking.state != "confirmed":
                raise UserError(
                    self.env._("This booking is not confirmed: ask at the office.")
                )
            opens = booking._check_in_opens()
            if now < opens:
                raise UserError(
                    self.env._(
                        "It is too early: check in from %s on.",
                        booking._tell_time(opens),
                    )
                )
            if now >= booking.stop:
                raise UserError(self.env._("This booking is over: ask at the office."))
            booking.write({"state": "present", "checked_in_at": now})

    @api.model
    def _cron_expire(self):
        """Free what nobody approved or paid in time, by batches: each is one transaction."""
        due = [("expires_at", "<=", fields.Datetime.now())]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(due))
        while bookings := self.search(due, limit=END_BATCH, order="expires_at, id"):
            # Whoever holds the others ends them.
            bookings = bookings.try_lock_for_update(allow_referencing=True)
            bookings._expire()
            if not bookings or not self.env["ir.cron"]._commit_progress(len(bookings)):
                break

    def _expire(self):
        """End these bookings, whose time to be approved or paid is over."""
        now = fields.Datetime.now()
        due = self
        # A transfer or a card under way is waited for until the use begins.
        paying = due.filtered(lambda booking: booking._is_being_paid())
        for booking in paying.filtered(lambda booking: booking.start > now):
            booking.expires_at = booking.start
            due -= booking
        for state, bookings in due.grouped("state").items():
            bookings._release_orders()
            bookings._end("refused" if state == "pending" else "expired")

    @api.model
    def _cron_no_show(self):
        """Free the spaces of those who have not checked in where a check-in is asked."""
        now = fields.Datetime.now()
        late = self.search(
            [
                ("state", "=", "confirmed"),
                ("start", "<=", now),
                ("stop", ">", now),
                ("space_id.requires_check_in", "=", True),
            ]
        )
        gone = self.browse()
        for company, bookings in late.grouped("company_id").items():
            minutes = company._coworking_policy().no_show_minutes
            limit = now - timedelta(minutes=minutes)
            if minutes:
                gone |= bookings.filtered(
                    lambda booking, limit=limit: booking.start <= limit
                )
        self.env["ir.cron"]._commit_progress(remaining=len(gone))
        for ids in split_every(END_BATCH, gone.ids):
            bookings = self.browse(ids).try_lock_for_update(allow_referencing=True)
            bookings._miss()
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                break

    def _miss(self):
        """Free the spaces of those of these bookings to which nobody has come."""
        missed = self.filtered(lambda booking: booking.state == "confirmed")
        for company, bookings in missed.grouped("company_id").items():
            bookings._charge_fee(company._coworking_policy().no_show_fee_percent)
        missed._end("no_show")
