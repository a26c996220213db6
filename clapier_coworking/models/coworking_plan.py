from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..coworking_plan_rules import Plan


class CoworkingPlan(models.Model):
    """What an organisation sells by the month: hours, days of desk, for one price."""

    _name = "coworking.plan"
    _description = "Plan"
    _inherit = ["mail.thread"]
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("full", "Full Time"),
            ("part", "Part Time"),
            ("student", "Student"),
            ("organisation", "Organisation"),
        ],
        required=True,
        default="full",
        help="The hours of an organisation's plan are pooled among its people.",
    )
    description = fields.Html(translate=True)
    is_published = fields.Boolean(
        "On the Portal", default=True, help="People can change to it themselves."
    )

    # What it costs
    price = fields.Monetary(
        "Monthly Price", required=True, tracking=True, help="Taxes excluded."
    )
    minimum = fields.Monetary(
        "Due Whatever the Use",
        help="The fairest price of a month does not go below it.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Sold As",
        required=True,
        domain="[('type', '=', 'service'), ('membership', '=', False)]",
        check_company=True,
        help="Gives the taxes and the account; the price is that of the plan.",
    )
    dues_product_id = fields.Many2one(
        "product.product",
        "Dues",
        domain="[('membership', '=', True)]",
        check_company=True,
        help="Membership of the association that goes with the plan: invoiced when none "
        "covers the day.",
    )
    engagement_months = fields.Integer(
        "Engagement, Months", help="How many months the plan lasts at least."
    )
    notice_days = fields.Integer(
        "Notice, Days",
        default=30,
        help="A plan ends with the month in which the notice runs out.",
    )

    # What it includes
    hours = fields.Float("Hours a Month", digits=(12, 2))
    days = fields.Float("Desk Days a Month", digits=(12, 2))
    days_unlimited = fields.Boolean("Desk Every Day")
    hour_price = fields.Monetary(
        "Price of an Hour Beyond",
        help="Taxes excluded, billed at the end of the month.",
    )
    overdraft_hours = fields.Float(
        "Hours Beyond at Most",
        digits=(12, 2),
        help="How far the hours may go below zero before the month is closed.",
    )
    people_max = fields.Integer(
        "People at Most", default=1, required=True, help="Who share the hours."
    )
    subscription_ids = fields.One2many("coworking.subscription", "plan_id")
    subscription_count = fields.Integer(
        "Subscribers", compute="_compute_subscription_count"
    )

    _numbers_positive = models.Constraint(
        "CHECK (LEAST(price, COALESCE(minimum, 0), COALESCE(hours, 0), COALESCE(days, 0), "
        "COALESCE(hour_price, 0), COALESCE(overdraft_hours, 0), "
        "COALESCE(engagement_months, 0), COALESCE(notice_days, 0)) >= 0)",
        "The numbers of a plan cannot be negative.",
    )
    _minimum_is_part = models.Constraint(
        "CHECK (COALESCE(minimum, 0) <= price)",
        "What is due whatever the use is a part of the monthly price.",
    )
    _people_positive = models.Constraint(
        "CHECK (people_max > 0)", "A plan is for one person at least."
    )

    def _compute_subscription_count(self):
        counts = dict(
            self.env["coworking.subscription"]._read_group(
                [("plan_id", "in", self.ids), ("state", "in", ("running", "paused"))],
                ["plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.subscription_count = counts.get(plan, 0)

    @api.constrains("kind", "people_max")
    def _check_people(self):
        for plan in self:
            if plan.kind != "organisation" and plan.people_max > 1:
                raise ValidationError(
                    self.env._(
                        "Only an organisation's plan is shared: choose that kind, or one "
                        "person."
                    )
                )

    def action_view_subscriptions(self):
        """Open the subscriptions of this plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_subscription_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)]}

    def _rules(self):
        """Return {plan: coworking_plan_rules.Plan}, names in the language of the context."""
        return {
            plan: Plan(
                key=plan.id,
                name=plan.name,
                price=plan.price,
                hours=plan.hours,
                days=None if plan.days_unlimited else plan.days,
                hour_price=plan.hour_price,
                minimum=plan.minimum,
                people=plan.people_max,
            )
            for plan in self
        }

    def _compared(self, company):
        """Return the plans of a company that a fairest price may fall on."""
        return self.search([("company_id", "=", company.id)])

    def _open_to(self, plan):
        """Return which of these plans somebody on ``plan`` can choose on the portal.

        Whoever has none may ask for any: the team has a look at the student's card.
        """
        return plan | self.filtered(
            lambda other: (
                other.is_published
                and (
                    not plan
                    or (other.kind == "organisation") == (plan.kind == "organisation")
                    and (other.kind != "student" or plan.kind == "student")
                )
            )
        )

    def _compared_with(self, plan, people, is_company=False):
        """Return which of these plans somebody on ``plan`` could have had.

        Students' plans are for students, those of organisations for organisations, and
        no plan that binds for longer than their own.

        :param plan: coworking.plan record, empty for somebody without a plan
        :param people: how many share it
        :param is_company: whether who has no plan is an organisation
        """
        organisation = plan.kind == "organisation" if plan else is_company
        return self.filtered(
            lambda other: (
                (other.kind == "organisation") == organisation
                and (other.kind != "student" or plan.kind == "student")
                and other.people_max >= people
                and other.engagement_months <= plan.engagement_months
            )
        )
