from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from ..coworking_plan_rules import (
    earliest_end,
    granted,
    has_every_day,
    month_of,
)


class CoworkingSubscription(models.Model):
    """Somebody's plan: from when to when, its pauses, its changes."""

    _name = "coworking.subscription"
    _description = "Subscription"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "plan_id"]

    partner_id = fields.Many2one(
        "res.partner",
        "Subscriber",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one(
        "coworking.plan",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        tracking=True,
        help="The plan of today; others to come are among the changes.",
    )
    kind = fields.Selection(related="plan_id.kind")
    price = fields.Monetary(related="plan_id.price")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    date_start = fields.Date(
        "Start", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date("Last Day", copy=False, tracking=True)
    people_ids = fields.Many2many(
        "res.partner",
        "coworking_subscription_people_rel",
        "subscription_id",
        "partner_id",
        help="Who share the hours, besides the organisation's own contacts.",
    )
    people_count = fields.Integer(compute="_compute_people_count")
    account_id = fields.Many2one(
        "coworking.account", "Hours Account", readonly=True, copy=False, index=True
    )
    hours_balance = fields.Float(related="account_id.hours_balance")
    days_balance = fields.Float(related="account_id.days_balance")
    pause_ids = fields.One2many(
        "coworking.subscription.pause", "subscription_id", "Pauses"
    )
    change_ids = fields.One2many(
        "coworking.subscription.change", "subscription_id", "Changes", copy=False
    )
    month_ids = fields.One2many("coworking.month", "subscription_id", "Months")
    note = fields.Text()

    _end_after_start = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A subscription ends on its first day or later.",
    )
    _account_unless_draft = models.Constraint(
        "CHECK (state = 'draft' OR account_id IS NOT NULL)",
        "A running subscription has an account.",
    )
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(account_id, account_id, '[]') WITH =,"
        " daterange(date_start, date_end, '[]') WITH &&)"
        " WHERE (state <> 'draft')",
        "This person already has a plan here on some of these days: end it first, or "
        "change it.",
    )

    @api.depends("people_ids")
    def _compute_people_count(self):
        for subscription in self:
            subscription.people_count = len(subscription.people_ids)

    @api.depends("partner_id", "plan_id")
    def _compute_display_name(self):
        for subscription in self:
            names = (subscription.partner_id.name, subscription.plan_id.name)
            subscription.display_name = " – ".join(name or "" for name in names)

    @api.constrains("people_ids", "plan_id")
    def _check_people(self):
        for subscription in self:
            if len(subscription.people_ids) > subscription.plan_id.people_max:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” is for %(most)s people at most: take some off, or "
                        "choose a larger plan.",
                        plan=subscription.plan_id.name,
                        most=subscription.plan_id.people_max,
                    )
                )

    @api.constrains("plan_id", "company_id", "change_ids")
    def _check_company(self):
        for subscription in self:
            plans = subscription.plan_id | subscription.change_ids.plan_id
            if plans.company_id - subscription.company_id:
                raise ValidationError(
                    self.env._(
                        "A plan is sold by its own organisation: choose another."
                    )
                )

    @api.constrains("date_start")
    def _check_start(self):
        for subscription in self:
            changes = subscription.change_ids
            if changes and min(changes.mapped("date")) != subscription.date_start:
                raise ValidationError(
                    self.env._(
                        "A subscription that has begun keeps its first day: end it and "
                        "begin another."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(subscription.state != "draft" for subscription in self):
            raise UserError(
                self.env._("A subscription that has begun is kept: end it instead.")
            )

    # --- Buttons

    def action_start(self):
        """Begin these subscriptions: first hours, first invoice."""
        self.check_access("write")
        self.sudo()._start()

    def action_end(self):
        """End these subscriptions as early as their engagement and notice allow."""
        self.check_access("write")
        for subscription in self:
            subscription._end()

    def action_view_invoices(self):
        """Open the invoices of these subscriptions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {
            **action,
            "domain": [("id", "in", self.month_ids.line_ids.move_id.ids)],
            "context": {"create": False},
        }

    def action_simulate(self):
        """Open the last three months of use under each plan."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which Plan?"),
            "res_model": "coworking.plan.simulation",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_subscription_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }

    # --- Life

    def _start(self, month=None):
        """Begin drafts: the account, the hours of this month, what is due for it.

        :param month: first day of another month to begin with
        """
        drafts = self.filtered(lambda subscription: subscription.state == "draft")
        accounts_sudo = self.env["coworking.account"].sudo()
        for subscription in drafts:
            subscription.write(
                {
                    "account_id": accounts_sudo._make(
                        subscription.partner_id, subscription.company_id
                    ).id,
                    "state": "running",
                    "change_ids": [
                        Command.create(
                            {
                                "date": subscription.date_start,
                                "plan_id": subscription.plan_id.id,
                            }
                        )
                    ],
                }
            )
        for company, begun in drafts.grouped("company_id").items():
            self.env["coworking.month"].sudo()._begin(begun, month)
            self._refresh_states(company)

    def _end(self, day=None):
        """End a subscription on ``day``, by default as early as is allowed.

        :raise UserError: the day comes before that
        """
        self.ensure_one()
        first = self._earliest_end()
        if day and day < first:
            raise UserError(
                self.env._(
                    "This plan ends on %s at the earliest: choose that day or a later one.",
                    format_date(self.env, first),
                )
            )
        self.date_end = day or first

    def _earliest_end(self):
        """Return the last day of a plan given up today."""
        self.ensure_one()
        plan_sudo = self.sudo().plan_id
        return max(
            earliest_end(
                self.date_start,
                plan_sudo.engagement_months,
                self.company_id._coworking_today(),
                plan_sudo.notice_days,
            ),
            self.date_start,
        )

    def _change(self, plan, day):
        """Change to another plan from ``day`` on; hours that it adds come at once.

        :raise UserError: the engagement of a dearer plan is not over
        """
        self.ensure_one()
        self._check_change(plan, day)
        month = month_of(self.company_id._coworking_today())
        before = granted(self._parts(month)[self])
        line = self.change_ids.filtered(lambda change: change.date == day)
        later = self.change_ids.filtered(lambda change: change.date > day)
        self.write(
            {
                "change_ids": [Command.delete(change.id) for change in later]
                + [
                    Command.update(line.id, {"plan_id": plan.id})
                    if line
                    else Command.create({"date": day, "plan_id": plan.id})
                ]
            }
        )
        parts = self._parts(month)[self]
        self.env["coworking.month"].sudo()._grant(
            {
                self.account_id: tuple(
                    new - old for old, new in zip(before, granted(parts), strict=True)
                )
            },
            month,
            lambda me: me.env._("Change of plan"),
            {self.account_id} if has_every_day(parts) else (),
        )
        self._refresh_states(self.company_id)

    def _check_change(self, plan, day):
        """Refuse a change that the plan of today does not allow."""
        if self.state not in ("running", "paused") or day < self.date_start:
            raise UserError(
                self.env._("Only a running plan can be changed: begin another one.")
            )
        if plan.company_id != self.company_id or not plan.active:
            raise UserError(self.env._("Choose a plan of this organisation."))
        if len(self.people_ids) > plan.people_max:
            raise UserError(
                self.env._("“%s” is for fewer people: take some off first.", plan.name)
            )
        months = self.plan_id.engagement_months
        engaged = earliest_end(self.date_start, months, self.date_start, 0)
        if months and plan.price < self.plan_id.price and day <= engaged:
            raise UserError(
                self.env._(
                    "You can change to a cheaper plan after %s, the end of your "
                    "engagement.",
                    format_date(self.env, engaged),
                )
            )

    def _pause(self, first, last, reason=None):
        """Pause a subscription from a day to come on.

        :raise UserError: days gone by, or not running then
        """
        self.ensure_one()
        if self.state not in ("running", "paused"):
            raise UserError(self.env._("Only a running plan can be paused."))
        if first <= self.company_id._coworking_today():
            raise UserError(
                self.env._(
                    "A pause begins tomorrow at the earliest: choose a later day."
                )
            )
        if last < first:
            raise UserError(
                self.env._("A pause ends on its first day or later: choose other days.")
            )
        self.pause_ids = [
            Command.create({"date_start": first, "date_stop": last, "reason": reason})
        ]
