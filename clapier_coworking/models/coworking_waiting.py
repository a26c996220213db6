import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CoworkingWaiting(models.Model):
    """Somebody who wants a time that is taken: the first is offered it when it frees."""

    _name = "coworking.waiting"
    _description = "Waiting List of a Space"
    _order = "id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade"
    )
    space_id = fields.Many2one(
        "coworking.space", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="space_id.company_id", store=True, index=True)
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    attendee_count = fields.Integer("People", default=1, required=True)
    title = fields.Char()
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Offered"),
            ("accepted", "Accepted"),
            ("expired", "Offer Expired"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    offered_until = fields.Datetime(readonly=True, index="btree_not_null")
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="base.group_system",
    )
    when_label = fields.Char("When", compute="_compute_when_label")
    claim_ids = fields.One2many("coworking.claim", "waiting_id", "Kept Time")
    booking_id = fields.Many2one(
        "coworking.booking", readonly=True, ondelete="set null"
    )

    _stop_after_start = models.Constraint(
        "CHECK (start < stop)", "The time must end after it starts."
    )
    _once = models.UniqueIndex(
        "(partner_id, space_id, start, stop) WHERE state IN ('waiting', 'offered')",
        "You are already on this waiting list.",
    )

    @api.depends("start", "stop", "company_id")
    @api.depends_context("lang")
    def _compute_when_label(self):
        for wish in self:
            wish.when_label = wish.company_id._coworking_tell_range(
                wish.start, wish.stop
            )

    @api.model
    def _join(self, partner, space, start, stop, **vals):
        """Put somebody on the waiting list of a time that is taken, in sudo.

        :raise UserError: past, or free: it can be booked at once
        """
        if start <= fields.Datetime.now() or stop <= start:
            raise UserError(self.env._("This time is past: choose a later one."))
        if space._is_free(start, stop):
            raise UserError(self.env._("This time is free: book it."))
        known_sudo = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("space_id", "=", space.id),
                ("start", "=", start),
                ("stop", "=", stop),
                ("state", "in", ("waiting", "offered")),
            ]
        )
        return known_sudo or self.sudo().create(
            {
                "partner_id": partner.id,
                "space_id": space.id,
                "start": start,
                "stop": stop,
                **vals,
            }
        )

    @api.model
    def _offer_freed(self, freed):
        """Offer freed times to those who wait for them, the first who asked first.

        The time is claimed for them until the offer ends.

        :param freed: list of (space, start, stop)
        """
        if not freed:
            return
        spaces = self.env["coworking.space"].union(*(space for space, *_time in freed))
        waiting_sudo = self.sudo().search(
            [
                ("space_id.leaf_ids", "in", spaces.sudo().leaf_ids.ids),
                ("state", "=", "waiting"),
                ("start", "<", max(stop for *_use, stop in freed)),
                ("stop", ">", min(start for _space, start, _stop in freed)),
                ("start", ">", fields.Datetime.now()),
            ],
            order="id",
        )
        for wish_sudo in waiting_sudo:
            leaves = wish_sudo.space_id.leaf_ids
            if any(
                space.sudo().leaf_ids & leaves
                and wish_sudo.start < stop
                and wish_sudo.stop > start
                for space, start, stop in freed
            ) and wish_sudo.space_id._is_free(wish_sudo.start, wish_sudo.stop):
                wish_sudo._offer()

    def _offer(self):
        """Keep the time for this person for a while, and tell them."""
        self.ensure_one()
        minutes = self.company_id._coworking_policy().offer_minutes
        until = min(fields.Datetime.now() + timedelta(minutes=minutes), self.start)
        self.env["coworking.claim"]._claim(
            [
                {
                    "space": self.space_id,
                    "start": self.start,
                    "stop": self.stop,
                    "kind": "offer",
                    "state": "pending",
                    "name": self.env._("Offered to the waiting list"),
                    "waiting_id": self.id,
                }
            ]
        )
        self.write({"state": "offered", "offered_until": until})
        self.env["coworking.notice"]._queue(self.partner_id, "offer", waiting=self)

    def _accept(self):
        """Book the offered time for this person, in sudo.

        :return: coworking.booking
        :raise UserError: the offer has ended
        """
        self.ensure_one()
        if self.state == "accepted":
            return self.booking_id
        if self.state != "offered" or self.offered_until <= fields.Datetime.now():
            raise UserError(self.env._("This offer has ended: look for another time."))
        self.claim_ids._release(offer=False)
        booking_sudo = self.env["coworking.booking"]._request(
            self.partner_id,
            [
                {
                    "space": self.space_id,
                    "start": self.start,
                    "stop": self.stop,
                    "attendee_count": self.attendee_count,
                    "title": self.title,
                }
            ],
            key=f"waiting-{self.id}",
        )
        self.write(
            {"state": "accepted", "offered_until": False, "booking_id": booking_sudo.id}
        )
        return booking_sudo

    def action_withdraw(self):
        """Take these people off the waiting list, for the office."""
        if not self.env.user.has_group("clapier_coworking.group_coworking_user"):
            raise AccessError(self.env._("Only the office takes people off the list."))
        self.check_access("read")
        self.sudo()._withdraw()

    def _withdraw(self):
        """Leave the waiting list; what was kept is offered to the next."""
        wishes = self.filtered(lambda wish: wish.state in ("waiting", "offered"))
        wishes._close("cancelled")

    def _close(self, state):
        freed = [
            (wish.space_id, wish.start, wish.stop)
            for wish in self
            if wish.state == "offered"
        ]
        self.claim_ids._release(offer=False)
        self.write({"state": state, "offered_until": False})
        self._offer_freed(freed)

    @api.model
    def _cron_expire(self):
        """End the offers that nobody took, and pass the times on."""
        now = fields.Datetime.now()
        self.search([("offered_until", "<=", now)], limit=200)._close("expired")
        self.search([("state", "=", "waiting"), ("start", "<=", now)])._close("expired")
