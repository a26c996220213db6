from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..drive_cents import commission, split, to_cents
from .res_partner_settlement import MODES

# One row per offer: what was ordered, what has come, what families got, what is due.
FILL = """
    WITH due AS (
        SELECT settlement.id AS settlement_id, settlement.mode, producer.cycle_id,
            producer.partner_id, producer.purchase_id, settlement.company_id
          FROM drive_cycle_producer producer
          JOIN drive_settlement settlement ON settlement.id = producer.settlement_id
         WHERE settlement.id = ANY(%(ids)s)
    ), sold AS (
        SELECT line.drive_offer_id AS offer_id, SUM(line.drive_given_qty) AS given,
            SUM(line.price_total)::numeric AS total
          FROM sale_order_line line
          JOIN sale_order basket ON basket.id = line.order_id
         WHERE basket.drive_cycle_id IN (SELECT cycle_id FROM due)
           AND basket.state = 'sale' AND line.drive_offer_id IS NOT NULL
         GROUP BY line.drive_offer_id
    ), credited AS (
        SELECT line.drive_offer_id AS offer_id, SUM(credit.amount)::numeric AS total,
            SUM(credit.amount) FILTER (
                WHERE COALESCE(origin.kind, credit.kind) = 'weight')::numeric AS weight
          FROM drive_credit credit
          LEFT JOIN drive_credit origin ON origin.id = credit.reversal_of_id
          JOIN sale_order_line line ON line.id = credit.order_line_id
          JOIN sale_order basket ON basket.id = line.order_id
         WHERE basket.drive_cycle_id IN (SELECT cycle_id FROM due)
           AND COALESCE(origin.kind, credit.kind) != 'payment'
         GROUP BY line.drive_offer_id
    ), claimed AS (
        SELECT claim.cycle_id, claim.partner_id, line.product_id,
            SUM(CASE claim.state WHEN 'refused' THEN 0
                WHEN 'partly' THEN COALESCE(line.amount_accepted, 0)
                ELSE line.amount END)::numeric AS amount
          FROM drive_claim_line line JOIN drive_claim claim ON claim.id = line.claim_id
         WHERE claim.cycle_id IN (SELECT cycle_id FROM due)
         GROUP BY claim.cycle_id, claim.partner_id, line.product_id
    ), counted AS (
        SELECT due.settlement_id, due.company_id, due.mode, reception.cycle_id,
            reception.offer_id, reception.product_id, purchase.id AS purchase_line_id,
            purchase.price_unit::numeric AS price,
            reception.quantity_ordered::numeric AS ordered,
            LEAST(reception.quantity_received, reception.quantity_ordered)::numeric
                AS received,
            reception.quantity_damaged::numeric AS damaged,
            COALESCE(sold.given, 0)::numeric AS given,
            COALESCE(sold.total, 0) AS sale_total,
            COALESCE(credited.total, 0) AS credited,
            CASE WHEN offer.by_weight THEN COALESCE(credited.weight, 0) ELSE 0 END
                AS weight,
            COALESCE(claimed.amount, 0) AS claim
          FROM due
          JOIN drive_reception reception
            ON reception.cycle_id = due.cycle_id
           AND reception.producer_id = due.partner_id
          JOIN drive_offer offer ON offer.id = reception.offer_id
          JOIN purchase_order_line purchase
            ON purchase.order_id = due.purchase_id
           AND purchase.product_id = reception.product_id
          LEFT JOIN sold ON sold.offer_id = reception.offer_id
          LEFT JOIN credited ON credited.offer_id = reception.offer_id
          LEFT JOIN claimed
            ON claimed.cycle_id = due.cycle_id
           AND claimed.partner_id = due.partner_id
           AND claimed.product_id = reception.product_id
    ), valued AS (
        SELECT counted.*, ROUND(ordered * price, 2) AS amount_ordered,
            ROUND(received * price, 2) AS amount_received,
            GREATEST(claim - ROUND((ordered - received) * price, 2), 0)
                AS amount_claimed,
            -ROUND(weight * ordered * price / NULLIF(sale_total, 0), 2)
                AS amount_weight,
            sale_total - credited AS amount_sold
          FROM counted
    )
    INSERT INTO drive_settlement_line
        (settlement_id, company_id, cycle_id, offer_id, product_id, purchase_line_id,
         price_unit, quantity_ordered, quantity_received, quantity_damaged,
         quantity_given, amount_ordered, amount_missing, amount_received,
         amount_claimed, amount_weight, amount_sold, amount_commission, amount_due,
         create_uid, create_date, write_uid, write_date)
    SELECT settlement_id, company_id, cycle_id, offer_id, product_id, purchase_line_id,
        price, ordered, received, damaged, given, amount_ordered,
        amount_ordered - amount_received, amount_received, amount_claimed,
        COALESCE(amount_weight, 0), amount_sold, 0,
        CASE mode WHEN 'mandate' THEN amount_sold
        ELSE amount_received - amount_claimed + COALESCE(amount_weight, 0) END,
        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM valued
    RETURNING id
"""
SUMS = (
    "amount_ordered",
    "amount_missing",
    "amount_received",
    "amount_claimed",
    "amount_weight",
    "amount_sold",
    "amount_commission",
    "amount_due",
)
# What may change once it is validated: its documents and its mail.
FREE = {
    "message_main_attachment_id",
    "told_at",
    "tell_error",
    "move_id",
    "commission_move_id",
    "remittance_move_id",
    "company_move_id",
}


class DriveSettlement(models.Model):
    """What one producer is due for one cycle, or for the cycles of a month.

    Ordered, less what is missing, is received; received, less claims, by what was weighed,
    is due. In a mandate, what was sold less the commission is due.
    """

    _name = "drive.settlement"
    _description = "Settlement with a Producer"
    _inherit = ["mail.thread"]
    _order = "date_stop desc, id desc"

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Producer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    mode = fields.Selection(MODES, required=True, readonly=True)
    date_start = fields.Date("From", required=True, readonly=True)
    date_stop = fields.Date("To", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("draft", "To Check"),
            ("validated", "Validated"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
    )
    cycle_producer_ids = fields.One2many(
        "drive.cycle.producer", "settlement_id", "Cycles", readonly=True
    )
    line_ids = fields.One2many("drive.settlement.line", "settlement_id", readonly=True)
    commission_rate = fields.Float(
        readonly=True, aggregator=None, help="As it was then."
    )

    amount_ordered = fields.Monetary(
        "Ordered", compute="_compute_amounts", store=True, help="Taxes excluded."
    )
    amount_missing = fields.Monetary("Missing", compute="_compute_amounts", store=True)
    amount_received = fields.Monetary(
        "Received", compute="_compute_amounts", store=True
    )
    amount_claimed = fields.Monetary(
        "Claimed",
        compute="_compute_amounts",
        store=True,
        help="Damaged or refused, beyond what is missing.",
    )
    amount_weight = fields.Monetary(
        "Weights",
        compute="_compute_amounts",
        store=True,
        help="Difference between the weights expected and those charged.",
    )
    amount_sold = fields.Monetary(
        "Sold",
        compute="_compute_amounts",
        store=True,
        help="To families, taxes included, less what they were credited.",
    )
    amount_commission = fields.Monetary(
        "Commission", compute="_compute_amounts", store=True, help="Taxes excluded."
    )
    amount_commission_tax = fields.Monetary(
        "Tax on the Commission", readonly=True, aggregator="sum"
    )
    amount_due = fields.Monetary(
        "Due",
        compute="_compute_amounts",
        store=True,
        help="Taxes excluded where the drive buys; all that is handed over in a mandate.",
    )
    amount_total = fields.Monetary(
        "To Pay",
        compute="_compute_amount_total",
        store=True,
        help="Taxes included, once it is validated.",
    )

    @api.depends(*(f"line_ids.{name}" for name in SUMS), "amount_commission_tax")
    def _compute_amounts(self):
        for settlement in self:
            for name in SUMS:
                settlement[name] = sum(settlement.line_ids.mapped(name))
            settlement.amount_due -= settlement.amount_commission_tax

    @api.depends("move_id.amount_total", "move_id.move_type", "amount_due", "mode")
    def _compute_amount_total(self):
        for settlement in self:
            if settlement.mode == "mandate":
                settlement.amount_total = settlement.amount_due
            else:
                move_sudo = settlement.move_id.sudo()
                sign = -1 if move_sudo.move_type == "in_refund" else 1
                settlement.amount_total = sign * move_sudo.amount_total

    @api.depends("name", "partner_id", "date_stop")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for settlement in self:
            label = settlement.partner_id.name or ""
            if settlement.date_stop:
                day = format_date(self.env, settlement.date_stop)
                label = f"{label}, {day}"
            if settlement.name and settlement.name != "/":
                label = f"{settlement.name} · {label}"
            settlement.display_name = label

    def write(self, vals):
        """Override of base: what is validated is corrected by other documents."""
        if not vals.keys() <= FREE | {"state"}:
            self._check_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_validated(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        if any(settlement.state != "draft" for settlement in self):
            raise UserError(
                self.env._(
                    "A settlement that is validated does not change: reverse it, then "
                    "make it again."
                )
            )

    # --- Drafts

    @api.model
    def _draft(self, cycles):
        """Draft what producers settled by the cycle are due for these cycles.

        :return: the new drive.settlement records
        """
        producers = cycles.producer_ids.filtered(
            lambda line: (
                line.state == "ordered"
                and not line.settlement_id
                and line._settlement_partner().drive_settlement_period != "month"
            )
        )
        return self._draft_for(
            producers.grouped(lambda line: (line.cycle_id, line.partner_id)).values()
        )

    @api.model
    def _cron_draft_months(self):
        """Draft what producers settled by the month are due for the months before."""
        lines = self.env["drive.cycle.producer"].search(
            [
                ("state", "=", "ordered"),
                ("settlement_id", "=", False),
                ("cycle_id.state", "=", "settled"),
                (
                    "cycle_id.date_pickup",
                    "<",
                    fields.Date.context_today(self).replace(day=1),
                ),
            ]
        )
        groups = list(
            lines.grouped(
                lambda line: (
                    line.company_id,
                    line.partner_id,
                    line.cycle_id.date_pickup.replace(day=1),
                )
            ).values()
        )
        self.env["ir.cron"]._commit_progress(remaining=len(groups))
        self._draft_for(groups)
        self.env["ir.cron"]._commit_progress(len(groups))

    @api.model
    def _draft_for(self, groups):
        """Draft one settlement per group of drive.cycle.producer records."""
        groups = list(groups)
        settlements_sudo = self.sudo().create(
            [self._prepare(lines) for lines in groups]
        )
        for settlement, lines in zip(settlements_sudo, groups, strict=True):
            lines.sudo().settlement_id = settlement
        settlements_sudo._fill()
        return settlements_sudo.with_env(self.env)

    @api.model
    def _prepare(self, lines):
        partner = lines[:1]._settlement_partner()
        days = lines.cycle_id.mapped("date_pickup")
        policy = self.env["drive.policy"]._policy_for(lines.company_id, max(days))
        return {
            "company_id": lines.company_id.id,
            "partner_id": lines.partner_id.id,
            "mode": lines[:1].settlement_mode or "purchase",
            "date_start": min(days),
            "date_stop": max(days),
            "commission_rate": partner.drive_commission_rate or policy.commission_rate,
        }

    def _fill(self):
        """Count what is due: one statement, then the commissions."""
        if not self:
            return
        self.env.flush_all()
        self.env.execute_query(SQL(FILL, ids=self.ids, uid=self.env.uid))
        self.env["drive.settlement.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])
        for settlement in self.filtered(lambda item: item.mode == "mandate"):
            settlement._count_commission()
        self.modified(["line_ids"])
        self.env.add_to_compute(self._fields["amount_due"], self)

    def _count_commission(self):
        """Share the commission among the lines, so that the parts add up to it."""
        lines = self.line_ids
        sold = [to_cents(line.amount_sold) for line in lines]
        total = commission(sum(sold), self.commission_rate * 100)
        weights = [max(amount, 0) for amount in sold]
        parts = split(total, weights) if any(weights) else [0] * len(lines)
        for line, amount, part in zip(lines, sold, parts, strict=True):
            line.amount_commission = part / 100
            line.amount_due = (amount - part) / 100
        taxes = self._commission_tax().compute_all(
            total / 100, currency=self.currency_id, handle_price_include=False
        )
        self.amount_commission_tax = (
            taxes["total_included"] - taxes["total_excluded"] if total else 0.0
        )

    def _commission_tax(self):
        """Return the tax on the commission of this settlement, in sudo."""
        self.ensure_one()
        policy = self.env["drive.policy"]._policy_for(self.company_id, self.date_stop)
        return policy.commission_tax_id or self.company_id.sudo().account_sale_tax_id

    def action_count_again(self):
        """Count drafts again, as claims and weights are now."""
        self.check_access("write")
        self._check_not_frozen()
        drafts_sudo = self.sudo()
        drafts_sudo.line_ids.unlink()
        drafts_sudo._fill()
