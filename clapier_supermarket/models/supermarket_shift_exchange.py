from odoo import api, fields, models
from odoo.exceptions import UserError

from ..shift_exchange import shortest_cycle


class SupermarketShiftExchange(models.Model):
    """A member gives a shift for another one; the software brings such members together."""

    _name = "supermarket.shift.exchange"
    _description = "Shift Exchange"
    _order = "id desc"
    _rec_name = "registration_id"

    registration_id = fields.Many2one(
        "supermarket.shift.registration",
        "Gives",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    member_id = fields.Many2one(
        related="registration_id.member_id",
        string="Working Time",
        store=True,
        index=True,
    )
    partner_id = fields.Many2one(
        related="registration_id.partner_id", string="Member", store=True, index=True
    )
    company_id = fields.Many2one(related="registration_id.company_id", store=True)
    shift_id = fields.Many2one(
        related="registration_id.shift_id", string="Shift Given", store=True
    )
    start = fields.Datetime(related="registration_id.start", store=True)
    # What the member would work instead: some shifts, or any that match
    wanted_shift_ids = fields.Many2many(
        "supermarket.shift",
        "supermarket_shift_exchange_wanted",
        "exchange_id",
        "shift_id",
        "Shifts Wanted",
    )
    wanted_section_ids = fields.Many2many(
        "supermarket.shift.section", string="Any Shift of These Sections"
    )
    wanted_from = fields.Date("Any Shift From")
    wanted_until = fields.Date("Any Shift Until")
    state = fields.Selection(
        [
            ("open", "Looking"),
            ("done", "Exchanged"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    key = fields.Char(
        readonly=True, copy=False, help="What arrives twice with one key counts once."
    )
    cycle_reference = fields.Char(
        "Exchange",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The same for everybody who exchanged together.",
    )
    received_id = fields.Many2one(
        "supermarket.shift.registration",
        "Receives",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _one_open = models.UniqueIndex(
        "(registration_id) WHERE state = 'open'",
        "This shift is already offered for an exchange.",
    )
    _one_per_key = models.UniqueIndex(
        "(key) WHERE key IS NOT NULL", "This exchange has already arrived."
    )
    _until_after_from = models.Constraint(
        "CHECK (wanted_until IS NULL OR wanted_from IS NULL"
        " OR wanted_until >= wanted_from)",
        "The last day wanted comes after the first one.",
    )

    # --- Buttons

    def action_withdraw(self):
        """Withdraw these exchanges."""
        self.check_access("write")
        self._withdraw()

    def action_match(self):
        """Look for an exchange now."""
        self.check_access("write")
        for exchange in self.sudo():
            exchange._match()

    # --- The member's wish

    @api.model
    def _propose(self, registration, shifts=None, sections=None, period=None, key=None):
        """Offer the shift of ``registration`` for others, or add these to its offer.

        It is exchanged at once where that can be.

        :param shifts: shifts that the member would work instead
        :param sections: they would work any shift of these sections
        :param period: (first day, last day) of the shifts of ``sections``, or of any
            section; None where there is no limit
        :param key: what arrives twice with one key counts once
        :return: the exchange, in sudo
        :raise UserError: the shift cannot be given, or nothing is wanted
        """
        Exchange_sudo = self.sudo()
        if key and (arrived := Exchange_sudo.search([("key", "=", key)])):
            return arrived.filtered(
                lambda exchange: exchange.registration_id == registration
            )
        registration_sudo = registration.sudo()
        registration_sudo._check_may_exchange()
        shifts_sudo = (shifts or self.env["supermarket.shift"]).sudo()
        sections = sections or self.env["supermarket.shift.section"]
        wanted_from, wanted_until = period or (False, False)
        if not (shifts_sudo or sections or wanted_from or wanted_until):
            raise UserError(
                self.env._("Choose at least one shift that you would work instead.")
            )
        self._check_wanted(registration_sudo, shifts_sudo, sections)
        vals = {
            "wanted_shift_ids": [
                fields.Command.link(shift.id) for shift in shifts_sudo
            ],
            "wanted_section_ids": [
                fields.Command.link(section.id) for section in sections
            ],
        }
        if wanted_from or wanted_until:
            vals |= {"wanted_from": wanted_from, "wanted_until": wanted_until}
        exchange_sudo = Exchange_sudo.search(
            [("registration_id", "=", registration.id), ("state", "=", "open")]
        )
        if exchange_sudo:
            exchange_sudo.write(vals)
        else:
            exchange_sudo = Exchange_sudo.create(
                {**vals, "registration_id": registration.id, "key": key}
            )
        exchange_sudo._match()
        return exchange_sudo

    def _check_wanted(self, registration, shifts, sections):
        """Raise UserError unless these are shifts to come of the same cooperative."""
        companies = registration.company_id
        if (shifts.company_id | sections.sudo().company_id) - companies:
            raise UserError(
                self.env._("This shift is not one of your cooperative: choose another.")
            )
        if registration.shift_id in shifts:
            raise UserError(
                self.env._("Choose other shifts than the one that you give.")
            )
        for shift in shifts:
            shift._check_open_for_booking()

    def _withdraw(self):
        """Withdraw the exchanges that still look for somebody."""
        self.sudo().filtered(
            lambda exchange: exchange.state == "open"
        ).state = "withdrawn"

    def _wants(self, shift):
        """Return whether one exchange wants ``shift``."""
        self.ensure_one()
        if shift == self.shift_id:
            return False
        if shift in self.wanted_shift_ids:
            return True
        if not (self.wanted_section_ids or self.wanted_from or self.wanted_until):
            return False
        return (
            (not self.wanted_section_ids or shift.section_id in self.wanted_section_ids)
            and (not self.wanted_from or shift.date >= self.wanted_from)
            and (not self.wanted_until or shift.date <= self.wanted_until)
        )

    # --- The exchange

    def _match(self):
        """Find the shortest exchange of one offer with others, and make it at once.

        :return: the exchanges made, empty if there are none
        """
        self.ensure_one()
        exchanges = self._candidates(self.company_id)
        if self not in exchanges:
            return self.browse()
        return self._find(exchanges._wish_graph(), exchanges)

    @api.model
    def _candidates(self, company):
        """Return the exchanges of a cooperative that can still be made, oldest first."""
        exchanges = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("start", ">", fields.Datetime.now()),
                ("registration_id.state", "=", "booked"),
                ("shift_id.state", "=", "open"),
            ],
            order="id",
        )
        return exchanges.filtered(
            lambda exchange: exchange.registration_id._may_cancel()
        )

    def _wish_graph(self):
        """Return {exchange id: ids of those of ``self`` whose shift it wants}."""
        by_shift = self.grouped("shift_id")
        return {
            one.id: {
                other.id
                for shift, others in by_shift.items()
                if one._wants(shift)
                for other in others
                if other.member_id != one.member_id
            }
            for one in self
        }

    def _find(self, wants, exchanges):
        """Make the shortest exchange of one offer that is possible.

        :param wants: as :meth:`_wish_graph` of ``exchanges``; wishes that cannot be
            fulfilled are taken out of it
        :return: the exchanges made, empty if there are none
        """
        policy = self.env["supermarket.policy"]._policy_for(self.company_id)
        owners = {exchange.id: exchange.member_id.id for exchange in exchanges}
        while ids := shortest_cycle(
            self.id, wants, policy.shift_exchange_length, owners
        ):
            edges = list(zip(ids, [*ids[1:], ids[0]], strict=True))
            refused = [
                (one_id, other_id)
                for one_id, other_id in edges
                if not self.browse(one_id)._may_receive(self.browse(other_id))
            ]
            if not refused and self.browse(ids)._exchange():
                return self.browse(ids)
            for one_id, other_id in refused or edges[:1]:
                wants[one_id].discard(other_id)
        return self.browse()

    def _may_receive(self, other):
        """Return whether the member of one exchange may work what ``other`` gives."""
        self.ensure_one()
        given = self.registration_id
        if other.registration_id._leaves_beginners(self.member_id):
            return False
        try:
            other.shift_id._check_may_book(
                self.member_id, forced=given.basis == "own", leaving=given
            )
        except UserError:
            return False
        return True

    def _exchange(self):
        """Give each of these exchanges the shift of the next one, the last that of the first.

        :return: whether it was possible
        """
        givers = [*self[1:], self[0]]
        takers = {
            other.registration_id: one.member_id
            for one, other in zip(self, givers, strict=True)
        }
        self.env["supermarket.shift.member"]._lock_standings(sorted(self.member_id.ids))
        try:
            with self.env.cr.savepoint():
                received = self.registration_id._hand_over(takers, "exchange")
        except UserError:
            return False
        by_member = received.grouped("member_id")
        reference = f"X{min(self.ids)}"
        for exchange in self:
            exchange.write(
                {
                    "state": "done",
                    "cycle_reference": reference,
                    "received_id": by_member[exchange.member_id].id,
                }
            )
        self._exchanged()
        return True

    def _exchanged(self):
        """Tell the members of these exchanges what they have now: the hook of messages."""

    @api.model
    def _settle(self):
        """Close the exchanges that cannot be any more, and look anew for the others.

        Two offers made at the same time do not see each other: here they meet.
        """
        exchanges = self.search([("state", "=", "open")], order="id")
        over = exchanges.filtered(
            lambda exchange: (
                exchange.registration_id.state != "booked"
                or exchange.start <= fields.Datetime.now()
            )
        )
        over.state = "expired"
        for company in (exchanges - over).company_id:
            candidates = self._candidates(company)
            wants = candidates._wish_graph()
            for exchange in candidates:
                if exchange.state == "open":
                    for made in exchange._find(wants, candidates):
                        wants.pop(made.id)
