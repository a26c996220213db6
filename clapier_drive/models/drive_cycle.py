from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from .drive_price import FAMILY_PRICE

# A frequency of 3 offers a product in one cycle of three, counted along the schedule.
CLONE_OFFERS = """
    INSERT INTO drive_offer
        (cycle_id, company_id, product_id, producer_id, price, purchase_price,
         quantity_max, quantity_held, quantity_min, step, frequency, phase, by_weight,
         weight_expected, active, create_uid, create_date, write_uid, write_date)
    SELECT cycle.id, cycle.company_id, offer.product_id, offer.producer_id,
        COALESCE(%(price)s, offer.price),
        COALESCE(price.purchase_price, offer.purchase_price),
        offer.quantity_max, 0, offer.quantity_min, offer.step,
        offer.frequency, offer.phase, offer.by_weight, offer.weight_expected,
        (COALESCE(cycle.number, 0) - COALESCE(offer.phase, 0)) %% GREATEST(offer.frequency, 1) = 0
            AND NOT EXISTS (
                SELECT FROM drive_absence a
                 WHERE a.partner_id = offer.producer_id
                   AND cycle.date_pickup BETWEEN a.date_start AND a.date_stop),
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
    FROM drive_cycle cycle
    JOIN drive_cycle source ON source.id = %(source)s
    JOIN drive_offer offer ON offer.cycle_id = source.id
    LEFT JOIN LATERAL (
        SELECT * FROM drive_price
         WHERE drive_price.company_id = cycle.company_id
           AND drive_price.product_id = offer.product_id
           AND drive_price.producer_id = offer.producer_id
           AND drive_price.date_start <= cycle.date_pickup
         ORDER BY drive_price.date_start DESC LIMIT 1
    ) price ON price.date_start > source.date_pickup
            OR price.entered_at > source.open_at
    WHERE cycle.id = %(cycle)s
    ON CONFLICT (cycle_id, product_id) DO NOTHING
    RETURNING id
"""
CLONE_PRODUCERS = """
    INSERT INTO drive_cycle_producer
        (cycle_id, company_id, partner_id, amount_min, state,
         create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT cycle.id, cycle.company_id, offer.producer_id,
        COALESCE(producer.amount_min, 0), 'planned',
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
    FROM drive_cycle cycle
    JOIN drive_offer offer ON offer.cycle_id = cycle.id
    LEFT JOIN drive_cycle_producer producer
        ON producer.cycle_id = %(source)s AND producer.partner_id = offer.producer_id
    WHERE cycle.id = %(cycle)s
    ON CONFLICT (cycle_id, partner_id) DO NOTHING
    RETURNING id
"""


class DriveCycle(models.Model):
    """One round of orders: open, cut-off, preparation, pick-up."""

    _name = "drive.cycle"
    _description = "Order Cycle"
    _inherit = ["mail.thread"]
    _order = "date_pickup desc, id desc"

    schedule_id = fields.Many2one("drive.schedule", ondelete="restrict", index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    public = fields.Selection(
        [("family", "Families"), ("institution", "Institutions")],
        required=True,
        default="family",
    )
    number = fields.Integer(readonly=True, help="Counts along the schedule.")
    date_pickup = fields.Date("Pick-Up Day", required=True, index=True, tracking=True)
    open_at = fields.Datetime("Opens", required=True, tracking=True)
    cutoff_at = fields.Datetime("Cut-Off", required=True, index=True, tracking=True)
    preparation_at = fields.Datetime("Preparation", required=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("closed", "Closed"),
            ("received", "Received"),
            ("allocated", "Shared Out"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="planned",
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    is_open = fields.Boolean(
        "Takes Orders", compute="_compute_is_open", search="_search_is_open"
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    offer_ids = fields.One2many("drive.offer", "cycle_id", "Offers")
    point_ids = fields.One2many("drive.cycle.point", "cycle_id", "Pick-Up Points")
    producer_ids = fields.One2many("drive.cycle.producer", "cycle_id", "Producers")
    order_ids = fields.One2many("sale.order", "drive_cycle_id", "Baskets")

    # What the closing counted
    basket_count = fields.Integer("Baskets Ordered", readonly=True, copy=False)
    line_count = fields.Integer("Order Lines", readonly=True, copy=False)
    crate_count = fields.Integer("Crates", readonly=True, copy=False)
    volunteer_count = fields.Integer("Volunteers Needed", readonly=True, copy=False)

    _one_per_day = models.UniqueIndex(
        "(schedule_id, date_pickup)", "This schedule already has a cycle on that day."
    )
    _dates_ordered = models.Constraint(
        "CHECK (open_at < cutoff_at AND cutoff_at <= preparation_at)",
        "Orders open before the cut-off, and the cut-off comes before the preparation.",
    )

    @api.model
    def _group_expand_state(self, states, domain):
        """Show the steps of a cycle in their order, also those without any."""
        return ["planned", "closed", "received", "allocated"] + [
            state for state in states if state == "cancelled"
        ]

    @api.depends("state", "open_at", "cutoff_at")
    def _compute_is_open(self):
        now = fields.Datetime.now()
        for cycle in self:
            cycle.is_open = (
                cycle.state == "planned" and cycle.open_at <= now < cycle.cutoff_at
            )

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        return [
            ("state", "=", "planned"),
            ("open_at", "<=", now),
            ("cutoff_at", ">", now),
        ]

    @api.depends("date_pickup", "schedule_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cycle in self:
            day = format_date(self.env, cycle.date_pickup, date_format="EEEE d MMMM y")
            cycle.display_name = (
                f"{cycle.schedule_id.name}, {day}" if cycle.schedule_id else day
            )

    def _previous(self):
        """Return the cycle before this one in its schedule."""
        self.ensure_one()
        return self.search(
            [
                ("schedule_id", "=", self.schedule_id.id),
                ("date_pickup", "<", self.date_pickup),
                ("state", "!=", "cancelled"),
            ],
            order="date_pickup desc",
            limit=1,
        )

    def _clone_offers(self, source):
        """Give this cycle the offers and producers of another: two statements, any size.

        What is there already stays. Offers of another cycle of their frequency, or of a
        producer who is absent, are archived. A price from a date counts where the source
        could not have it: it begins after its pick-up, or was entered once it was open.
        """
        self.ensure_one()
        if not source:
            return
        self.env.flush_all()
        values = {
            "cycle": self.id,
            "source": source.id,
            "uid": self.env.uid,
            "price": SQL(FAMILY_PRICE),
        }
        self.env.execute_query(SQL(CLONE_OFFERS, **values))
        self.env.execute_query(SQL(CLONE_PRODUCERS, **values))
        self.invalidate_recordset(["offer_ids", "producer_ids"])

    def copy_data(self, default=None):
        """Override of base: a copy comes one week later, with the same points."""
        default = dict(default or {})
        vals_list = super().copy_data(default)
        week = timedelta(weeks=1)
        for cycle, vals in zip(self, vals_list, strict=True):
            if "date_pickup" not in default:
                for name in ("date_pickup", "open_at", "cutoff_at", "preparation_at"):
                    vals[name] = cycle[name] + week
            vals["schedule_id"] = default.get("schedule_id", False)
            vals["point_ids"] = [
                Command.create(
                    {
                        "point_id": point.point_id.id,
                        "start": point.start + week,
                        "stop": point.stop + week,
                        "crate_max": point.crate_max,
                        "cold_max": point.cold_max,
                    }
                )
                for point in cycle.point_ids
            ]
        return vals_list

    def copy(self, default=None):
        """Override of base to clone the offers and producers, in two statements."""
        copies = super().copy(default)
        for cycle, copy in zip(self, copies, strict=True):
            copy._clone_offers(cycle)
        return copies

    def _check_takes_orders(self):
        """Refuse what comes before the opening or after the cut-off.

        :raise UserError: says when orders open, or that they are closed
        """
        for cycle in self:
            if not cycle.is_open:
                raise UserError(
                    self.env._(
                        "Orders for %s are closed: choose the next cycle.",
                        cycle.display_name,
                    )
                    if cycle.cutoff_at <= fields.Datetime.now()
                    or cycle.state != "planned"
                    else self.env._(
                        "Orders for %s are not open yet: come back later.",
                        cycle.display_name,
                    )
                )
