from odoo import api, fields, models
from odoo.tools import format_date


class CoworkingMonth(models.Model):
    """What a month of an account comes to: charged, used, fairest price, credited.

    A row is made when the month is charged ahead, or closed. Only the closing writes it.
    """

    _name = "coworking.month"
    _description = "Month of an Account"
    _order = "month desc, partner_id, id"
    _rec_name = "partner_id"

    account_id = fields.Many2one(
        "coworking.account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Holder", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    subscription_id = fields.Many2one(
        "coworking.subscription", readonly=True, ondelete="restrict", index=True
    )
    plan_id = fields.Many2one("coworking.plan", readonly=True, ondelete="restrict")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Month Closed")],
        required=True,
        readonly=True,
        default="open",
    )
    closed_on = fields.Datetime(readonly=True)
    to_send = fields.Boolean(
        "Post and Send", readonly=True, help="Its invoices are posted and sent by mail."
    )
    # Charged ahead
    invoiced = fields.Monetary("Charged Ahead", readonly=True)
    granted_hours = fields.Float("Hours Granted", readonly=True, digits=(12, 2))
    granted_days = fields.Float("Days Granted", readonly=True, digits=(12, 2))
    # Closed
    hours_used = fields.Float(readonly=True, digits=(12, 2))
    days_used = fields.Float(readonly=True, digits=(12, 2))
    hours_expired = fields.Float(readonly=True, digits=(12, 2))
    days_expired = fields.Float(readonly=True, digits=(12, 2))
    due = fields.Monetary(
        "Of the Plan", readonly=True, help="What the plan costs in the month."
    )
    passes = fields.Monetary(
        readonly=True, help="Price of what was bought and used in the month."
    )
    hours_paid = fields.Float(
        "Of Which Hours Paid in Money", readonly=True, digits=(12, 2)
    )
    days_paid = fields.Float(
        "Of Which Days Paid in Money", readonly=True, digits=(12, 2)
    )
    paid = fields.Monetary(
        "Paid in Money",
        readonly=True,
        help="Bookings and desks of the month, on an invoice or paid online, without hours "
        "nor passes: they count as use too.",
    )
    overage_hours = fields.Float("Hours Beyond", readonly=True, digits=(12, 2))
    overage = fields.Monetary("Beyond", readonly=True)
    charged = fields.Monetary(
        readonly=True,
        help="Plan, passes, hours beyond, and what was paid in money.",
    )
    credit = fields.Monetary("Credited", readonly=True)
    fair = fields.Monetary("Fairest Price", readonly=True)
    renewal = fields.Monetary(
        "Coming Month",
        readonly=True,
        help="What is charged ahead for the coming month.",
    )
    explanation = fields.Text(readonly=True)
    line_ids = fields.One2many(
        "coworking.month.line", "month_id", "Lines", readonly=True
    )
    total = fields.Monetary(compute="_compute_total", help="Taxes excluded.")
    # Where the reading of the ledger stopped
    lots = fields.Json(readonly=True)
    ledger_row = fields.Integer(readonly=True, aggregator=None)
    hours_base = fields.Float(readonly=True, digits=(12, 2), aggregator=None)
    days_base = fields.Float(readonly=True, digits=(12, 2), aggregator=None)

    _one_per_month = models.UniqueIndex(
        "(account_id, month)", "This month of the account exists already."
    )
    _first_day = models.Constraint(
        "CHECK (EXTRACT(day FROM month) = 1)", "A month is named by its first day."
    )
    _company_month_idx = models.Index("(company_id, month, state)")

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for month in self:
            month.total = sum(month.line_ids.mapped("amount"))

    @api.depends("partner_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for month in self:
            month.display_name = self.env._(
                "%(partner)s, %(month)s",
                partner=month.partner_id.name,
                month=month.month
                and format_date(self.env, month.month, date_format="MMMM yyyy"),
            )

    def action_view_invoices(self):
        """Open the invoices of these months."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {
            **action,
            "domain": [("id", "in", self.line_ids.move_id.ids)],
            "context": {"create": False},
        }

    def action_send(self):
        """Let the invoices of these months be posted and sent, in the background."""
        self.env["coworking.month"].check_access("read")
        self.env["account.move"].check_access("create")
        self.sudo().filtered(lambda month: not month.to_send).to_send = True
        self.env.ref("clapier_coworking.ir_cron_coworking_month_invoice")._trigger()
