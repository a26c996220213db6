from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from ..coworking_month_rules import settle
from ..coworking_plan_rules import DAY, HOUR, add_months, month_of


class CoworkingMonthEnd(models.TransientModel):
    """Month-end in one screen: what closing will do, then what it has done."""

    _name = "coworking.month.end"
    _description = "Month-End"
    _rec_name = "month"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, default=lambda self: self._default_month())
    to_send = fields.Boolean(
        "Post and Send at Once",
        help="Otherwise the invoices stay drafts until you post them.",
    )
    line_ids = fields.One2many(
        "coworking.month.end.line", "month_end_id", readonly=True
    )
    state = fields.Selection(
        [("new", "New"), ("before", "Before"), ("after", "Month Closed")],
        readonly=True,
        default="new",
    )
    count = fields.Integer("Accounts", compute="_compute_totals")
    charged = fields.Monetary(compute="_compute_totals")
    credit = fields.Monetary("Credited", compute="_compute_totals")
    total = fields.Monetary("To Invoice", compute="_compute_totals")
    dues_note = fields.Text(compute="_compute_dues_note")

    @api.model
    def _default_month(self):
        """Return the first day of last month."""
        return add_months(month_of(self.env.company._coworking_today()), -1)

    @api.depends("line_ids")
    def _compute_totals(self):
        for month_end in self:
            month_end.count = len(month_end.line_ids)
            for name in ("charged", "credit", "total"):
                month_end[name] = sum(month_end.line_ids.mapped(name))

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_dues_note(self):
        """Say which dues the closing leaves out, once for all who have the plan."""
        for month_end in self:
            plans_sudo = (
                self.env["coworking.subscription"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", month_end.company_id.id),
                        ("dues_warning", "!=", False),
                    ]
                )
                .plan_id
            )
            words = plans_sudo.mapped("dues_warning")
            month_end.dues_note = "\n".join(dict.fromkeys(filter(None, words)))

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for month_end in self:
            month_end.display_name = month_end.month and format_date(
                self.env, month_end.month, date_format="MMMM yyyy"
            )

    def action_preview(self):
        """Show what closing the month will do; nothing is written."""
        self.ensure_one()
        self.check_access("write")
        self.month = month_of(self.month)
        Month_sudo = self.env["coworking.month"].sudo()
        company_sudo = self.company_id.sudo()
        accounts_sudo = Month_sudo._scope(company_sudo, self.month)
        readings = Month_sudo._read_ledger(accounts_sudo)
        facts = Month_sudo._read_facts(
            company_sudo, self.month, accounts_sudo, readings
        )
        rows = [
            {
                "partner_id": holder_sudo.id,
                "days_used": item.used(DAY),
                "hours_used": item.used(HOUR),
                "charged": result.charged,
                "fair": result.charged - result.credit,
                "credit": result.credit,
                "total": result.total,
            }
            for holder_sudo, (item, result) in Month_sudo._unknown_credits(
                company_sudo, self.month
            ).items()
        ]
        for account_sudo, (item, subscription_sudo, plan_sudo) in facts.items():
            result = Month_sudo._take(
                readings[account_sudo.id], settle(item), add_months(self.month)
            )
            rows.append(
                {
                    "partner_id": account_sudo.partner_id.id,
                    "plan_id": (plan_sudo or subscription_sudo.plan_id).id,
                    "days_used": item.used(DAY),
                    "hours_used": item.used(HOUR),
                    "balance": account_sudo.hours_balance,
                    "balance_after": account_sudo.hours_balance
                    + result.overage_hours
                    - result.taken[0]
                    - result.expired[0]
                    + result.grants[0],
                    "charged": result.charged,
                    "fair": result.charged - result.credit,
                    "credit": result.credit,
                    "overage": result.overage,
                    "renewal": result.renewal,
                    "total": result.total,
                }
            )
        self._show(rows, "before")

    def action_close_month(self):
        """Close the month and show what came of it; again, it changes nothing."""
        self.ensure_one()
        self.check_access("write")
        self.month = month_of(self.month)
        Month_sudo = self.env["coworking.month"].sudo()
        Month_sudo._close_month(self.company_id, self.month, to_send=self.to_send)
        self._show_closed()

    def action_show_closed(self):
        """Show what closing the month came to."""
        self.ensure_one()
        self.check_access("write")
        self.month = month_of(self.month)
        self._show_closed()

    def action_send(self):
        """Post and send the invoices of the month, in the background."""
        self.ensure_one()
        self._closed().action_send()
        self.to_send = True

    def action_settle_shares(self):
        """Draft what others invoice for the spaces they share, and show it."""
        self.ensure_one()
        self.check_access("write")
        month = month_of(self.month)
        self.env["coworking.share.settlement"]._settle_shares(self.company_id, month)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_share_settlement_action"
        )
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id), ("month", "=", month)],
        }

    def action_view_months(self):
        """Open the months closed, to group, chart and pivot them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_month_action"
        )
        return {**action, "domain": [("id", "in", self._closed().ids)]}

    def _closed(self):
        return self.env["coworking.month"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("month", "=", month_of(self.month)),
                ("state", "=", "closed"),
            ]
        )

    def _show_closed(self):
        rows = [
            {
                "partner_id": month.partner_id.id,
                "plan_id": month.plan_id.id,
                "days_used": month.days_used,
                "hours_used": month.hours_used,
                "balance": month.hours_base,
                "balance_after": month.account_id.hours_balance,
                "charged": month.charged,
                "fair": month.fair,
                "credit": month.credit,
                "overage": month.overage,
                "renewal": month.renewal,
                "total": month.total,
            }
            for month in self._closed()
        ]
        self._show(rows, "after")

    def _show(self, rows, state):
        """Replace the lines."""
        self.line_ids = [Command.clear()] + [Command.create(row) for row in rows]
        self.state = state
