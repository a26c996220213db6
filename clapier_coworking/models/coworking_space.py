import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..coworking_tariff import amount_of, quote


class CoworkingSpace(models.Model):
    """A room, an area of desks, an office, a hall or a kitchen that people use by time."""

    _name = "coworking.space"
    _description = "Space"
    _inherit = ["mail.thread", "image.mixin"]
    _order = "company_id, sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("room", "Meeting Room"),
            ("desk", "Desk Area"),
            ("office", "Office"),
            ("hall", "Hall"),
            ("kitchen", "Kitchen"),
        ],
        required=True,
        default="room",
        help="A desk area is used place by place and half-day by half-day, the others as a "
        "whole.",
    )
    capacity = fields.Integer(
        default=1,
        required=True,
        help="People, or places of a desk area.",
        tracking=True,
    )
    surface = fields.Float("Surface (m²)")
    description = fields.Html(translate=True)
    access_note = fields.Text(
        "How to Come In",
        translate=True,
        help="Sent to whoever has a confirmed booking: code, keys, door.",
    )
    equipment_ids = fields.Many2many("coworking.equipment")
    image_ids = fields.One2many("coworking.space.image", "space_id", "Photos")
    is_published = fields.Boolean(
        "On the Public Page",
        default=True,
        help="Shown to visitors, with its free times.",
    )

    # Floor plan
    floor_id = fields.Many2one("coworking.floor", ondelete="restrict")
    plan_shape = fields.Char(
        "Shape on the Plan", help="Corners: “x,y x,y x,y”, as in an SVG polygon."
    )

    # Parts: claims are made on the leaves only, so that two parts can be used at once
    parent_id = fields.Many2one(
        "coworking.space",
        "Part Of",
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id), ('id', '!=', id)]",
    )
    part_ids = fields.One2many("coworking.space", "parent_id", "Parts")
    leaf_ids = fields.Many2many(
        "coworking.space",
        "coworking_space_leaf_rel",
        "space_id",
        "leaf_id",
        string="Claimed With It",
        compute="_compute_leaf_ids",
        store=True,
        recursive=True,
        help="The smallest parts: using the space claims all of them.",
    )

    # When
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        "Opening Hours",
        ondelete="restrict",
        check_company=True,
        help="Empty: always open.",
    )
    buffer_before = fields.Integer("Minutes Before", help="To set up, before each use.")
    buffer_after = fields.Integer("Minutes After", help="To clean, after each use.")
    slot_minutes = fields.Integer(
        "Steps of",
        default=30,
        required=True,
        help="Minutes: uses begin on such a step.",
    )
    min_minutes = fields.Integer("At Least", default=30, required=True, help="Minutes.")
    max_minutes = fields.Integer("At Most", help="Minutes; 0: no limit.")

    # Who, and for how much
    public_ids = fields.Many2many(
        "coworking.public", string="Who May Book", help="Empty: everybody."
    )
    requires_approval = fields.Boolean(
        help="A request keeps the time until somebody approves or refuses it."
    )
    requires_check_in = fields.Boolean(
        help="Whoever has not checked in some minutes after the start loses the space."
    )
    deposit_percent = fields.Float(
        "Deposit (%)",
        default=100.0,
        help="What is paid online to confirm; the rest later.",
    )
    payment = fields.Selection(
        [("online", "Online"), ("invoice", "Invoice")],
        default="online",
        required=True,
        help="How a booking is paid that is neither free nor taken from a plan's hours.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Sold As",
        domain="[('type', '=', 'service')]",
        check_company=True,
        help="Gives the taxes and the account; the price comes from the prices below.",
    )
    takes_hours = fields.Boolean(
        "Hours of Plans", default=True, help="Can be paid with the hours of a plan."
    )
    hour_weight = fields.Float(
        "Hours Per Hour", default=1.0, help="What one hour here takes from a plan."
    )
    price_ids = fields.One2many("coworking.price", "space_id", "Prices")
    claim_ids = fields.One2many("coworking.claim", "space_id", "Claims")

    access_token = fields.Char(
        "Door Token",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="clapier_coworking.group_coworking_manager",
    )

    _token_unique = models.UniqueIndex(
        "(access_token)", "This door page exists already."
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity > 0)", "A space holds at least one person."
    )
    _minutes_positive = models.Constraint(
        "CHECK (buffer_before >= 0 AND buffer_after >= 0 AND slot_minutes > 0 "
        "AND min_minutes > 0 AND COALESCE(max_minutes, 0) >= 0)",
        "Minutes cannot be negative, and a step lasts at least one.",
    )
    _deposit_is_part = models.Constraint(
        "CHECK (deposit_percent > 0 AND deposit_percent <= 100)",
        "A deposit is a part of the price: above 0, up to 100 %.",
    )

    @api.depends("part_ids.leaf_ids", "part_ids.active")
    def _compute_leaf_ids(self):
        for space in self:
            space.leaf_ids = space.part_ids.leaf_ids or space._origin or space

    @api.constrains("parent_id", "company_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A space cannot be a part of itself: choose another whole.")
            )
        for space in self:
            if space.parent_id.company_id - space.company_id:
                raise ValidationError(
                    self.env._("A space and its parts belong to the same organisation.")
                )

    @api.constrains("parent_id", "kind")
    def _check_parts_are_not_desks(self):
        for space in self:
            if space.parent_id and "desk" in (space.kind, space.parent_id.kind):
                raise ValidationError(
                    self.env._("A desk area is divided in places, not in parts.")
                )

    @api.constrains("parent_id")
    def _check_nothing_claimed(self):
        """A whole whose row holds claims cannot be divided: they would guard nothing."""
        wholes = self.parent_id
        if wholes and self.env["coworking.claim"].sudo().search_count(
            [
                ("space_id", "in", wholes.ids),
                ("stop", ">", fields.Datetime.now()),
            ],
            limit=1,
        ):
            raise ValidationError(
                self.env._(
                    "This space is already claimed in the days to come: cancel these uses, "
                    "divide it, and claim them again."
                )
            )

    def action_renew_door(self):
        """Give these spaces new door pages; the old addresses no longer work."""
        self.check_access("write")
        for space in self:
            space.access_token = secrets.token_urlsafe(32)

    # --- Prices

    def _prices_for(self, public, start, stop):
        """Return ``{unit: amount}`` for one public and one use.

        A price of the public comes before that of everybody; a price that holds only
        within some hours comes before both where the use lies wholly within them.

        :param start, stop: naive UTC datetimes
        """
        self.ensure_one()
        prices = {}
        lines_sudo = self.sudo().price_ids.filtered(
            lambda line: not line.public_id or line.public_id == public
        )
        within = {
            calendar: self._is_within(calendar, start, stop)
            for calendar in lines_sudo.calendar_id
        }
        lines_sudo = lines_sudo.filtered(
            lambda line: not line.calendar_id or within[line.calendar_id]
        )
        for line_sudo in lines_sudo.sorted(
            lambda line: (bool(line.calendar_id), bool(line.public_id))
        ):
            prices[line_sudo.unit] = line_sudo.amount
        return prices

    def _quote(self, public, start, stop):
        """Return what a use costs, taxes excluded.

        :param public: coworking.public record
        :param start, stop: naive UTC datetimes
        :return: (lines ``{unit: (quantity, unit amount)}``, amount)
        :raise coworking_tariff.NoPrice: the space has no price for it
        """
        self.ensure_one()
        prices = self._prices_for(public, start, stop)
        policy = self.company_id._coworking_policy()
        lines = quote(
            self.company_id._coworking_local(start),
            self.company_id._coworking_local(stop),
            prices,
            policy._day_parts(),
        )
        amount = self.currency_id.round(amount_of(lines, prices))
        return {unit: (lines[unit], prices[unit]) for unit in lines}, amount

    # --- Who

    def _related_spaces(self):
        """Return the spaces that share a smallest part with these: wholes and parts."""
        return self.sudo().search([("leaf_ids", "in", self.sudo().leaf_ids.ids)])

    def _bookable_domain(self, partner):
        """Return the domain of the spaces that a partner may book."""
        public = partner._coworking_public()
        return Domain("kind", "!=", "desk") & (
            Domain("public_ids", "=", False) | Domain("public_ids", "in", public.ids)
        )
