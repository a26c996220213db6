import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

CONTACT_LENGTH = 128


class FoodshareReservation(models.Model):
    """Portions kept for somebody at one service."""

    _name = "foodshare.reservation"
    _description = "Reservation of a Meal"
    _order = "service_id desc, id desc"
    _inherit = ["mail.thread"]

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    service_id = fields.Many2one(
        "foodshare.service", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    start = fields.Datetime(related="service_id.start", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Person", index="btree_not_null", ondelete="restrict"
    )
    contact_name = fields.Char(
        compute="_compute_contact_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    email = fields.Char()
    how = fields.Selection(
        [("eat_in", "Eat In"), ("take_away", "Take Away")],
        required=True,
        default="eat_in",
    )
    own_container = fields.Boolean("Brings Own Container")
    is_suspended = fields.Boolean(
        "Suspended Meal", help="Paid now, eaten by somebody who cannot pay."
    )
    state = fields.Selection(
        [
            ("reserved", "Reserved"),
            ("served", "Served"),
            ("missed", "Nobody Came"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="reserved",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("foodshare.reservation.line", "reservation_id", "Dishes")
    portion_count = fields.Integer("Portions", compute="_compute_amount", store=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    note = fields.Char()
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_foodshare.group_foodshare_manager",
        help="Opens the page of this reservation without an account.",
    )
    request_key = fields.Char(readonly=True, copy=False)

    _token_unique = models.UniqueIndex("(token)", "This address is taken.")
    _request_once = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL",
        "This reservation has been recorded already.",
    )

    @api.depends("partner_id")
    def _compute_contact_name(self):
        for reservation in self:
            reservation.contact_name = (
                reservation.contact_name or reservation.partner_id.name
            )

    @api.depends("line_ids.quantity", "line_ids.price")
    def _compute_amount(self):
        for reservation in self:
            reservation.portion_count = sum(reservation.line_ids.mapped("quantity"))
            reservation.amount = sum(
                line.quantity * line.price for line in reservation.line_ids
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of base to give reservations their numbers."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = (
                    self.env["ir.sequence"].sudo().next_by_code("foodshare.reservation")
                    or "/"
                )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reserved(self):
        raise UserError(self.env._("A reservation is cancelled, not deleted."))

    @api.model
    def _reserve(self, service, quantities, contact, key=None, **values):
        """Keep portions for somebody, all of them or none.

        :param service: foodshare.service record
        :param quantities: {foodshare.service.dish record: portions}
        :param contact: res.partner record, or dict of ``name`` and ``email``
        :param key: idempotency key: the same key returns the same reservation
        :param values: ``how``, ``own_container``, ``is_suspended``, ``note``
        :return: foodshare.reservation record in sudo
        :raise UserError: closed, nothing chosen, or not enough portions
        """
        reservations_sudo = self.sudo()
        if key:
            known_sudo = reservations_sudo.search([("request_key", "=", key)], limit=1)
            if known_sudo:
                return known_sudo
        service_sudo = service.sudo()
        service_sudo._check_takes_reservations()
        quantities = {dish: count for dish, count in quantities.items() if count}
        if not quantities or any(
            count < 0 or dish.sudo().service_id != service_sudo
            for dish, count in quantities.items()
        ):
            raise UserError(self.env._("Choose at least one dish of this menu."))
        return reservations_sudo.create(
            {
                **self._prepare_contact(contact),
                **values,
                "service_id": service.id,
                "request_key": key,
                "line_ids": [
                    Command.create({"dish_id": dish.id, "quantity": count})
                    for dish, count in quantities.items()
                ],
            }
        )

    @api.model
    def _prepare_contact(self, contact):
        """Return who reserves, as values.

        :raise UserError: neither a name nor a way to reach the person
        """
        if not isinstance(contact, dict):
            return {"partner_id": contact.id, "email": contact.email}
        name = (contact.get("name") or "").strip()[:CONTACT_LENGTH]
        email = email_normalize((contact.get("email") or "")[:CONTACT_LENGTH])
        if not name or not email:
            raise UserError(
                self.env._(
                    "Give your name and an e-mail address, to be told of changes."
                )
            )
        return {"contact_name": name, "email": email}

    def action_serve(self):
        """Note that these people have their meals."""
        self.check_access("write")
        self.filtered(lambda item: item.state == "reserved").write({"state": "served"})

    def action_cancel(self):
        """Cancel reservations: the portions can be taken again."""
        self.check_access("write")
        if any(item.state == "served" for item in self):
            raise UserError(self.env._("These meals have been served already."))
        self._cancel()

    def _cancel(self):
        """Give back the portions of these reservations."""
        held = self.filtered(lambda item: item.state == "reserved")
        self.env["foodshare.service.dish"]._take(
            [(line.dish_id.id, -line.quantity) for line in held.line_ids]
        )
        held.write({"state": "cancelled"})
