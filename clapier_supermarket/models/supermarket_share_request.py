from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .supermarket_share_movement import KINDS

STATES = [
    ("draft", "Draft"),
    ("to_pay", "To Pay"),
    ("waiting", "Waiting for Capital"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class SupermarketShareRequest(models.Model):
    """What somebody asks of the register: to subscribe, pass on or give back shares."""

    _name = "supermarket.share.request"
    _description = "Share Request"
    _inherit = "mail.thread"
    _order = "date desc, id desc"
    _rec_names_search = ("partner_id.name", "partner_id.supermarket_member_number")
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, default="subscription", required=True, tracking=True)
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, copy=False)
    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, index=True, ondelete="restrict"
    )
    to_partner_id = fields.Many2one(
        "res.partner", "New Holder", index="btree_not_null", ondelete="restrict"
    )
    type_id = fields.Many2one(
        "supermarket.share.type",
        "Share Type",
        required=True,
        check_company=True,
        default=lambda self: self._default_type_id(),
        ondelete="restrict",
    )
    quantity = fields.Integer(
        "Shares",
        required=True,
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    payment_term_id = fields.Many2one(
        "account.payment.term", "Instalments", check_company=True
    )
    reason = fields.Char(
        help="Why: what the assembly decided, or what the person says."
    )

    # What came of it
    queued_at = fields.Datetime("Waiting Since", readonly=True, copy=False)
    date_done = fields.Date("Done On", readonly=True, copy=False)
    invoice_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null"
    )
    payment_state = fields.Selection(related="invoice_id.payment_state")
    movement_ids = fields.One2many(
        "supermarket.share.movement", "request_id", "Movements", readonly=True
    )
    movement_count = fields.Integer(compute="_compute_movement_count")
    is_unpaid_since = fields.Boolean(
        "Paid, Then Unpaid",
        compute="_compute_is_unpaid_since",
        search="_search_is_unpaid_since",
        help="The shares are in the register, but their payment was undone since.",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A request is of at least one share."
    )
    _queue_idx = models.Index("(company_id, queued_at, id) WHERE state = 'waiting'")

    def _default_type_id(self):
        return self.env["supermarket.share.type"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("type_id", "kind")
    def _compute_quantity(self):
        for request in self:
            if not request.quantity:
                request.quantity = request.type_id.minimum

    @api.depends("quantity", "type_id.price")
    def _compute_amount(self):
        for request in self:
            request.amount = request.quantity * request.type_id.price

    @api.depends("movement_ids")
    def _compute_movement_count(self):
        for request in self:
            request.movement_count = len(request.movement_ids)

    @api.depends("state", "kind", "invoice_id.payment_state")
    def _compute_is_unpaid_since(self):
        for request in self:
            request.is_unpaid_since = (
                request.state == "done"
                and request.kind == "subscription"
                and request.invoice_id.sudo().payment_state
                not in ("paid", "in_payment")
            )

    def _search_is_unpaid_since(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "done"),
            ("kind", "=", "subscription"),
            ("invoice_id.payment_state", "not in", ("paid", "in_payment")),
        ]

    @api.depends("kind", "quantity", "type_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            request.display_name = self.env._(
                "%(kind)s: %(quantity)s %(type)s, %(person)s",
                kind=kinds.get(request.kind, ""),
                quantity=request.quantity,
                type=request.type_id.code or "",
                person=request.partner_id.name or "",
            )

    def write(self, vals):
        """Override of the ORM to keep what was confirmed as it was."""
        frozen = {
            "company_id",
            "kind",
            "partner_id",
            "to_partner_id",
            "type_id",
            "quantity",
        }
        if frozen & vals.keys() and any(request.state != "draft" for request in self):
            raise UserError(
                self.env._(
                    "A confirmed request does not change: cancel it and make a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if any(request.state not in ("draft", "cancelled") for request in self):
            raise UserError(
                self.env._(
                    "Only draft or cancelled requests can be deleted: cancel it."
                )
            )

    # Buttons

    def action_confirm(self):
        """Confirm draft requests: invoice a subscription, carry out the others.

        :raise UserError: what is missing, or what the rules of the shares refuse
        """
        self.check_access("write")
        for request in self:
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is no longer a draft: it is already confirmed or cancelled.",
                        request.display_name,
                    )
                )
            request._check_may_confirm()
            request._check_parties()
            match request.kind:
                case "subscription":
                    request._confirm_subscription()
                case "refund":
                    request._confirm_refund()
                case _:
                    request._carry_out()
        return True

    def action_cancel(self):
        """Cancel requests that the register does not hold yet, and their invoices.

        :raise UserError: one is done, or partly paid
        """
        self.check_access("write")
        for request in self:
            if request.state == "done":
                raise UserError(
                    self.env._(
                        "“%s” is in the register: reverse its movement instead.",
                        request.display_name,
                    )
                )
            invoice_sudo = request.sudo().invoice_id
            if invoice_sudo and invoice_sudo.payment_state not in (
                "not_paid",
                "reversed",
            ):
                raise UserError(
                    self.env._(
                        "A part of “%s” is already paid: pay it back and remove the "
                        "payment from the invoice first.",
                        request.display_name,
                    )
                )
            request.state = "cancelled"
            request._cancel_invoice()
        return True

    def action_draft(self):
        """Take cancelled requests up again, with a new invoice to come."""
        self.check_access("write")
        cancelled = self.filtered(lambda request: request.state == "cancelled")
        cancelled.write({"state": "draft", "invoice_id": False, "queued_at": False})

    def action_open_invoice(self):
        """Open the invoice or the credit note."""
        self.ensure_one()
        return self.invoice_id._get_records_action()

    def action_open_movements(self):
        """Open the movements that this request made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_supermarket.supermarket_share_movement_action"
        )
        return {**action, "domain": [("request_id", "=", self.id)], "context": {}}

    # Rules

    def _check_may_confirm(self):
        """Only who keeps the register confirms what is recorded at once.

        :raise AccessError: another user does
        """
        manager = "clapier_supermarket.group_supermarket_manager"
        if self.kind != "subscription" and not (
            self.env.su or self.env.user.has_group(manager)
        ):
            raise AccessError(
                self.env._(
                    "Only who keeps the share register confirms transfers, refunds and "
                    "losses: leave the request as a draft and ask them."
                )
            )

    def _check_parties(self):
        """Judge a request by the persons it names and the minimum of its type.

        :raise UserError: one sentence saying which rule refuses
        """
        self.ensure_one()
        if self.kind == "subscription":
            self._check_represented(self.partner_id)
            self._check_first_shares(self.partner_id)
            return
        if self.kind == "transfer":
            if not self.to_partner_id or self.to_partner_id == self.partner_id:
                raise UserError(
                    self.env._("Name the new holder: another person than the giver.")
                )
            self._check_represented(self.to_partner_id)
            self._check_first_shares(self.to_partner_id)
        if self.kind == "loss" and not self.reason:
            raise UserError(
                self.env._(
                    "Give the reason: the decision of the assembly and its date."
                )
            )
        self._check_shares_left()

    def _check_represented(self, partner):
        """Refuse a minor without a legal representative."""
        partner_sudo = partner.sudo()
        policy = self.env["supermarket.policy"]._policy_for(self.company_id, self.date)
        birth_date = partner_sudo.supermarket_birth_date
        if (
            birth_date
            and birth_date + relativedelta(years=policy.majority_age) > self.date
            and not partner_sudo.supermarket_legal_representative_id
        ):
            raise UserError(
                self.env._(
                    "%(person)s is under %(age)s: name their legal representative first.",
                    person=partner.display_name,
                    age=policy.majority_age,
                )
            )

    def _check_first_shares(self, partner):
        """Refuse a first subscription or reception below the minimum of the type.

        The sentence is the same whether or not the person has the low-income minimum.
        """
        share_type = self.type_id
        held = self.env["supermarket.shareholding"]._held(partner, share_type)
        if not held and self.quantity < share_type._minimum_for(partner, self.date):
            raise UserError(
                self.env._(
                    "The first shares of type “%(type)s” are at least %(minimum)s "
                    "(%(low)s at the low-income minimum): raise the number.",
                    type=share_type.display_name,
                    minimum=share_type.minimum,
                    low=share_type.minimum_low_income,
                )
            )

    def _check_shares_left(self):
        """Refuse to give more than is held and free, or to keep less than the minimum."""
        share_type = self.type_id
        held = self.env["supermarket.shareholding"]._held(self.partner_id, share_type)
        promised_sudo = self.sudo().search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("type_id", "=", share_type.id),
                ("state", "=", "waiting"),
                ("id", "!=", self.id),
            ]
        )
        promised = sum(promised_sudo.mapped("quantity"))
        if self.quantity > held - promised:
            raise UserError(
                self.env._(
                    "%(person)s holds %(held)s shares of type “%(type)s”, of which "
                    "%(promised)s wait for a refund: %(free)s at most can go.",
                    person=self.partner_id.display_name,
                    held=held,
                    type=share_type.display_name,
                    promised=promised,
                    free=held - promised,
                )
            )
        left = held - promised - self.quantity
        if self.kind != "loss" and 0 < left < share_type._minimum_for(self.partner_id):
            raise UserError(
                self.env._(
                    "%(person)s would keep %(left)s shares, fewer than the minimum of "
                    "type “%(type)s”: give all %(free)s, or keep the minimum.",
                    person=self.partner_id.display_name,
                    left=left,
                    type=share_type.display_name,
                    free=held - promised,
                )
            )

    # Carrying out

    def _prepare_movement_vals(self):
        """Return the values of the register's row that carries out the request."""
        self.ensure_one()
        entering = self.kind == "subscription"
        return {
            "type_id": self.type_id.id,
            "kind": self.kind,
            "quantity": self.quantity,
            "from_partner_id": not entering and self.partner_id.id,
            "to_partner_id": self.partner_id.id if entering else self.to_partner_id.id,
            "reason": self.reason,
            "request_id": self.id,
        }

    def _carry_out(self):
        """Write the requests in the register, in their order."""
        if not self:
            return
        movements_sudo = self.env["supermarket.share.movement"]._record(
            [request._prepare_movement_vals() for request in self]
        )
        for request, movement_sudo in zip(self, movements_sudo, strict=True):
            request.write({"state": "done", "date_done": movement_sudo.date})
