import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re

LIVE = ("waiting", "offered")


class CoworkingTrainingWait(models.Model):
    """Somebody who waits for a seat: a freed one is theirs for some time, then the next's."""

    _name = "coworking.training.wait"
    _description = "Waiting List of a Training"
    _order = "event_id, id"

    event_id = fields.Many2one(
        "event.event", "Training", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    ticket_id = fields.Many2one(
        "event.event.ticket",
        ondelete="cascade",
        domain="[('event_id', '=', event_id)]",
    )
    partner_id = fields.Many2one("res.partner", "Account", index="btree_not_null")
    name = fields.Char(required=True)
    email = fields.Char(required=True)
    phone = fields.Char()
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Seat Offered"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("expired", "Expired"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    offered_until = fields.Datetime(
        readonly=True, copy=False, help="The seat is kept until then."
    )
    registration_id = fields.Many2one(
        "event.registration",
        "Seat",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_coworking.group_coworking_manager",
    )

    _token_unique = models.UniqueIndex("(token)", "This page exists already.")
    _once = models.UniqueIndex(
        "(event_id, lower(email)) WHERE state IN ('waiting', 'offered')",
        "This address is already on the waiting list of this training.",
    )
    _due_idx = models.Index("(offered_until) WHERE state = 'offered'")

    @api.depends("event_id")
    def _compute_company_id(self):
        for wait in self:
            wait.company_id = wait.event_id.company_id or self.env.company

    @api.constrains("event_id", "ticket_id")
    def _check_ticket(self):
        for wait in self:
            if wait.ticket_id and wait.ticket_id.event_id != wait.event_id:
                raise ValidationError(
                    self.env._("Choose a kind of ticket of this training.")
                )

    @api.constrains("email")
    def _check_email(self):
        for wait in self:
            if not single_email_re.match(wait.email or ""):
                raise ValidationError(
                    self.env._(
                        "Give an e-mail address: a free seat is offered by mail."
                    )
                )

    def action_offer(self):
        """Offer the free seats of these trainings now."""
        self.check_access("write")
        self._offer_seats(self.event_id)

    def action_leave(self):
        """Take these people off the list; a seat that was offered goes to the next."""
        self.check_access("write")
        self._leave("declined")

    @api.model
    def _join(self, event, values):
        """Put somebody on the list of a training, in sudo; twice is once.

        :param values: name, email, phone, ticket_id (id or empty), partner_id
        :raise UserError: nothing to wait for, or something is missing
        """
        event_sudo = event.sudo()
        email = email_normalize(values.get("email")) or ""
        if not event_sudo.coworking_is_training or event_sudo.is_finished:
            raise UserError(self.env._("This training is over: look at the next ones."))
        if not values.get("name") or not email:
            raise UserError(self.env._("Give your name and your e-mail address."))
        live_sudo = self.sudo().search(
            [
                ("event_id", "=", event.id),
                ("email", "=ilike", email),
                ("state", "in", LIVE),
            ],
            limit=1,
        )
        if live_sudo:
            return live_sudo
        ticket = event.event_ticket_ids.filtered(
            lambda ticket: ticket.id == values.get("ticket_id")
        )
        wait_sudo = self.sudo().create(
            {
                "event_id": event.id,
                "ticket_id": (ticket or event.event_ticket_ids[:1]).id,
                "partner_id": values.get("partner_id") or False,
                "name": values["name"][:120],
                "email": email,
                "phone": (values.get("phone") or "")[:40],
            }
        )
        self._offer_seats(event_sudo)
        return wait_sudo

    @api.model
    def _offer_seats(self, events):
        """Offer what is free to the first who wait, as long as a seat is left.

        The seat is taken by a registration at once: nobody else can have it meanwhile.
        """
        waiting_sudo = self.sudo().search(
            [
                ("event_id", "in", events.ids),
                ("state", "=", "waiting"),
                ("event_id.date_begin", ">", fields.Datetime.now()),
                ("event_id.kanban_state", "!=", "cancel"),
            ],
            order="id",
        )
        for event_sudo, waits_sudo in waiting_sudo.grouped("event_id").items():
            event_sudo.invalidate_recordset(["seats_available"])
            for wait_sudo in waits_sudo:
                pairs = [(False, wait_sudo.ticket_id)]
                [left] = event_sudo._get_seats_availability(pairs)
                if left is not None and left <= 0:
                    continue
                wait_sudo._offer()

    def _offer(self):
        """Keep a seat for one person, and tell them until when."""
        self.ensure_one()
        minutes = self.company_id._coworking_policy().offer_minutes
        registration_sudo = (
            self.env["event.registration"]
            .sudo()
            .create(
                {
                    "event_id": self.event_id.id,
                    "event_ticket_id": self.ticket_id.id,
                    "partner_id": self.partner_id.id,
                    "name": self.name,
                    "email": self.email,
                    "phone": self.phone,
                    "coworking_wait_id": self.id,
                }
            )
        )
        self.write(
            {
                "state": "offered",
                "registration_id": registration_sudo.id,
                "offered_until": fields.Datetime.now() + timedelta(minutes=minutes),
            }
        )
        self.env["coworking.training.message"]._queue(
            [
                {
                    "key": f"offer:{self.id}:{registration_sudo.id}",
                    "kind": "offer",
                    "wait_id": self.id,
                    "registration_id": registration_sudo.id,
                }
            ]
        )

    def _accept(self):
        """Take the seat that is offered; what it costs becomes an order to be invoiced.

        :raise UserError: the offer is over, or was answered
        """
        self.ensure_one()
        if self.state == "accepted":
            return
        if self.state != "offered" or self.offered_until <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "This offer is over: the seat went to the next person. Join the list "
                    "again to have another one."
                )
            )
        self.state = "accepted"
        if self.ticket_id.price:
            self._sell()

    def _sell(self):
        """Sell the seat: an order that is confirmed, and invoiced by the office."""
        partner_sudo = self.partner_id or self.env["res.partner"].sudo().create(
            {"name": self.name, "email": self.email, "phone": self.phone}
        )
        order_sudo = (
            self.env["sale.order"]
            .sudo()
            .with_company(self.company_id)
            .create(
                {
                    "partner_id": partner_sudo.id,
                    "company_id": self.company_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.ticket_id.product_id.id,
                                "event_id": self.event_id.id,
                                "event_ticket_id": self.ticket_id.id,
                            }
                        )
                    ],
                }
            )
        )
        self.registration_id.with_context(coworking_no_offer=True).write(
            {"sale_order_line_id": order_sudo.order_line.id}
        )
        order_sudo.with_context(coworking_no_offer=True).action_confirm()

    def _leave(self, state):
        """Take people off the list, give back the seats that were kept for them."""
        live = self.filtered(lambda wait: wait.state in LIVE)
        kept_sudo = (
            live.sudo().filtered(lambda wait: wait.state == "offered").registration_id
        )
        live.write({"state": state})
        kept_sudo.action_cancel()

    @api.model
    def _cron_offer(self):
        """Pass on the offers that nobody took, and offer the seats that are free."""
        now = fields.Datetime.now()
        expired = self.search([("state", "=", "offered"), ("offered_until", "<=", now)])
        self.env["ir.cron"]._commit_progress(remaining=len(expired) + 1)
        for event, waits in expired.grouped("event_id").items():
            waits._leave("expired")
            self._offer_seats(event)
            if not self.env["ir.cron"]._commit_progress(len(waits)):
                return
        self._offer_seats(
            self.search([("state", "=", "waiting")]).event_id.filtered(
                lambda event: event.date_begin > now
            )
        )
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _of_token(self, token):
        """Return the entry of a link, in sudo; none for another token."""
        if not token or not isinstance(token, str) or len(token) < 32:
            return self.sudo().browse()
        return self.sudo().search([("token", "=", token)], limit=1)

    def _page_url(self):
        """Return the address where one offer is answered."""
        self.ensure_one()
        return f"/training/offer/{self.sudo().token}"
