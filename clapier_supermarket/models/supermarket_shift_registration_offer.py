from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .supermarket_shift_booking import LIVE

BATCH = 500


class SupermarketShiftRegistration(models.Model):
    """Somebody who cannot come offers the seat; it goes from one member to another."""

    _inherit = "supermarket.shift.registration"

    # --- The member who cannot come

    def _offer_seat(self):
        """Offer the seat of one member who cannot come: it is theirs until it is taken.

        :raise UserError: there is no seat any more, or the shift has begun
        """
        self.ensure_one()
        registration_sudo = self.sudo()
        registration_sudo._check_seat_to_come()
        if registration_sudo.offered_on:
            return
        registration_sudo.offered_on = fields.Datetime.now()
        registration_sudo.shift_id._seat_offered()

    def _withdraw_offer(self):
        """Take the offer of one seat back: the member comes after all.

        :raise UserError: it is taken already
        """
        self.ensure_one()
        registration_sudo = self.sudo()
        registration_sudo._check_seat_to_come()
        registration_sudo.offered_on = False

    def _check_seat_to_come(self):
        """Raise UserError unless one registration holds a seat of a shift to come."""
        self.ensure_one()
        shift = self.shift_id
        if self.state != "booked":
            words = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(shift)s is no longer yours to give: %(state)s.",
                    shift=shift.display_name,
                    state=words[self.state],
                )
            )
        shift._check_open_for_booking()

    def _check_may_exchange(self):
        """Raise UserError unless one registration may be given for another, in time."""
        self._check_seat_to_come()
        if not self._may_cancel():
            policy = self.env["supermarket.policy"]._policy_for(
                self.company_id, self.date
            )
            raise UserError(
                self.env._(
                    "%(shift)s starts in less than %(hours)s hours: say that you cannot "
                    "come, so that somebody may take your seat.",
                    shift=self.shift_id.display_name,
                    hours=policy.shift_notice_hours,
                )
            )

    # --- The member who comes instead

    @api.model
    def _offered_to(self, member):
        """Return, in sudo, the offered seats that ``member`` could take, soonest first."""
        offered_sudo = self.sudo().search(
            [
                ("company_id", "=", member.company_id.id),
                ("member_id", "!=", member.id),
                ("state", "=", "booked"),
                ("offered_on", "!=", False),
                ("start", ">", fields.Datetime.now()),
                ("shift_id.state", "=", "open"),
            ]
        )
        busy_sudo = member.sudo().registration_ids.filtered(
            lambda mine: mine.state in (*LIVE, "excused")
        )
        return offered_sudo.filtered(
            lambda offer: (
                all(
                    mine.shift_id.stop <= offer.shift_id.start
                    or mine.shift_id.start >= offer.shift_id.stop
                    for mine in busy_sudo
                )
                and not offer._leaves_beginners(member)
            )
        )

    def _leaves_beginners(self, member):
        """Return whether beginners are alone if ``member`` has this seat instead."""
        self.ensure_one()
        shift = self.shift_id
        return bool(
            shift.skill_ids
            and self.is_skilled
            and shift.skilled_taken <= 1
            and member.partner_id not in shift._skilled_among(member)
        )

    def _take_over(self, member, key=None):
        """Give one offered seat to ``member``; of two who ask at once, one has it.

        :param member: supermarket.shift.member record, who comes
        :param key: what arrives twice with one key counts once
        :return: the registration of ``member``
        :raise UserError: it is taken, or they may not have it
        """
        self.ensure_one()
        offer_sudo = self.sudo()
        member_sudo = member.sudo()
        if key and (arrived := offer_sudo.search([("key", "=", key)])):
            return arrived.filtered(lambda item: item.member_id == member_sudo)
        if member_sudo == offer_sudo.member_id:
            raise UserError(
                self.env._("This seat is yours: withdraw your offer to keep it.")
            )
        member_sudo._lock_standings(sorted((member_sudo | offer_sudo.member_id).ids))
        shift = offer_sudo.shift_id
        shift._check_open_for_booking()
        # Who waits for a seat of this shift has one now.
        member_sudo.registration_ids.filtered(
            lambda mine: mine.shift_id == shift and mine.state == "waiting"
        )._change_state("cancelled")
        shift._check_may_book(member_sudo)
        basis = "flying" if member_sudo.team == "flying" else "make_up"
        return offer_sudo._hand_over(
            {offer_sudo: member_sudo}, "replacement", basis, key
        )

    # --- Seats from hand to hand

    def _hand_over(self, takers, kind, basis=None, key=None):
        """Give the seats of ``self`` to others: no seat is free in between.

        The caller has locked the members.

        :param takers: {registration: the member who has its seat from now on}
        :param kind: kind of the new registrations
        :param basis: what they count as; by default, as what the taker gives away for it
        :param key: stored with the first new registration
        :return: the new registrations
        :raise UserError: a seat is not to be had any more, or beginners would be alone
        """
        self._claim(offered=kind == "replacement")
        given_by = {registration.member_id: registration for registration in self}
        vals_list = []
        for shift, seats in sorted(
            self.grouped("shift_id").items(), key=lambda item: item[0].id
        ):
            incoming = self.env["supermarket.shift.member"].union(
                *(takers[seat] for seat in seats)
            )
            needed = bool(shift.skill_ids)
            skilled = shift._skilled_among(incoming) if needed else ()
            delta = len(skilled) - len(seats.filtered("is_skilled"))
            # Fewer who know: somebody of them must stay.
            if not shift._take_seats(0, delta, int(needed and delta < 0)):
                raise UserError(
                    self.env._(
                        "%(shift)s needs somebody who knows: %(skills)s. Only somebody who "
                        "does can have this seat.",
                        shift=shift.display_name,
                        skills=", ".join(shift.skill_ids.mapped("name")),
                    )
                )
            vals_list += [
                {
                    **shift._prepare_registration_vals(takers[seat]),
                    "kind": kind,
                    "basis": basis or given_by[takers[seat]].basis,
                    "is_skilled": takers[seat].partner_id in skilled,
                    "replaces_id": seat.id,
                    "key": key if seat == self[0] else None,
                }
                for seat in seats
            ]
        self._post_outcomes()
        return self.create(vals_list)

    def _claim(self, offered):
        """Mark registrations as exchanged, all of them, if they are still to be had.

        :param offered: only those whose seat is offered
        :raise UserError: somebody was faster
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE supermarket_shift_registration
                SET state = 'exchanged', offered_on = NULL,
                    write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                WHERE id = ANY(%(ids)s) AND state = 'booked'
                AND (NOT %(offered)s OR offered_on IS NOT NULL)
                RETURNING id
                """,
                uid=self.env.uid,
                ids=sorted(self.ids),
                offered=offered,
            )
        )
        self.invalidate_recordset(flush=False)
        if len(rows) < len(self):
            raise UserError(
                self.env._(
                    "This seat is already taken, or no longer offered: choose another one."
                )
            )

    # --- Nobody came instead

    def _in_time(self):
        """Return whether the seat was offered with the notice of the policy."""
        self.ensure_one()
        policy = self.env["supermarket.policy"]._policy_for(self.company_id, self.date)
        notice = timedelta(hours=policy.shift_notice_hours)
        return self.start - self.offered_on >= notice

    def _expire_offers(self):
        """Settle the offers that nobody took: who said it in time is excused."""
        in_time = self.filtered(lambda registration: registration._in_time())
        late = self - in_time
        in_time._change_state("excused")
        late._change_state("absent")

    @api.model
    def _cron_expire_offers(self):
        """Settle the offers whose shift has begun; bring the exchanges together."""
        domain = [
            ("state", "=", "booked"),
            ("offered_on", "!=", False),
            ("start", "<=", fields.Datetime.now()),
        ]
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.sudo().search_count(domain))
        while due_sudo := self.sudo().search(domain, limit=BATCH):
            due_sudo._expire_offers()
            if not Cron._commit_progress(len(due_sudo)):
                return
        self.env["supermarket.shift.exchange"].sudo()._settle()
