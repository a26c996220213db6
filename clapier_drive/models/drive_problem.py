import math

from odoo import api, fields, models

KINDS = [
    ("missing", "Missing"),
    ("damaged", "Damaged"),
    ("wrong", "Wrong Product"),
]


class DriveProblem(models.Model):
    """What a family did not find in its basket as it should be."""

    _name = "drive.problem"
    _description = "Problem with a Basket"
    _inherit = ["mail.thread"]
    _order = "reported_at desc, id desc"
    _rec_name = "product_id"

    line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    order_id = fields.Many2one(
        related="line_id.order_id", string="Basket", store=True, index=True
    )
    cycle_id = fields.Many2one(
        related="order_id.drive_cycle_id", store=True, index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Family", store=True, index=True
    )
    product_id = fields.Many2one(related="line_id.product_id", store=True, index=True)
    producer_id = fields.Many2one(
        related="line_id.drive_offer_id.producer_id", store=True, index=True
    )
    point_id = fields.Many2one(
        related="order_id.drive_cycle_point_id.point_id",
        string="Pick-Up Point",
        store=True,
    )
    kind = fields.Selection(KINDS, required=True, tracking=True)
    quantity = fields.Float(required=True, default=1.0)
    quantity_given = fields.Float("Given", compute="_compute_quantity_given")
    note = fields.Char()
    photo = fields.Image(max_width=1600, max_height=1600)
    source = fields.Selection(
        [("host", "Host"), ("family", "Family"), ("office", "Office")],
        "Reported By",
        required=True,
        readonly=True,
        default="office",
    )
    reported_at = fields.Datetime(
        "Reported On", required=True, readonly=True, default=fields.Datetime.now
    )
    is_producer = fields.Boolean(
        "Claimed from the Producer",
        default=True,
        help="Off where the preparation or the transport is to blame.",
    )
    state = fields.Selection(
        [("new", "To Handle"), ("settled", "Credited"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="new",
        tracking=True,
        group_expand=True,
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="What the family is credited with, taxes included.",
    )
    key = fields.Char(readonly=True, copy=False, help="The same key counts once.")
    credit_id = fields.Many2one(
        "drive.credit", readonly=True, copy=False, index="btree_not_null"
    )
    claim_line_id = fields.Many2one(
        "drive.claim.line", readonly=True, copy=False, index="btree_not_null"
    )

    _positive = models.Constraint(
        "CHECK (quantity > 0)", "Say how much is missing or damaged."
    )
    _once = models.UniqueIndex(
        "(order_id, key) WHERE key IS NOT NULL", "This was reported already."
    )
    _to_handle_idx = models.Index("(cycle_id) WHERE state = 'new'")

    @api.depends("line_id")
    def _compute_quantity_given(self):
        for problem in self:
            problem.quantity_given = (
                problem.line_id._drive_quantity_given() if problem.line_id else 0.0
            )

    @api.depends("line_id", "quantity")
    def _compute_amount(self):
        for problem in self:
            line = problem.line_id
            problem.amount = (
                line.currency_id.round(
                    line.price_total * problem.quantity / line.product_uom_qty
                )
                if line.product_uom_qty
                else 0.0
            )

    @api.model
    def _prepare_report(self, line, kind, quantity, note=None):
        """Return the values of a report made without an account; None if it says nothing.

        :param line: sale.order.line record, one at most
        :param quantity: as it was told: kept between nothing and what was given
        """
        if len(line) != 1 or kind not in dict(KINDS):
            return None
        given = line._drive_quantity_given()
        told = isinstance(quantity, int | float) and not isinstance(quantity, bool)
        quantity = quantity if told and math.isfinite(quantity) else 1.0
        quantity = min(quantity if quantity > 0 else 1.0, given)
        if quantity <= 0:
            return None
        return {
            "line_id": line.id,
            "kind": kind,
            "quantity": quantity,
            "note": str(note or "").replace("\0", "").strip()[:200] or False,
        }

    def action_refuse(self):
        """Credit nothing for these reports."""
        self.check_access("write")
        self.filtered(lambda problem: problem.state == "new").state = "refused"

    def action_handle_again(self):
        """Take refused reports up again."""
        self.check_access("write")
        self.filtered(lambda problem: problem.state == "refused").state = "new"
