from odoo import fields, models


class CoworkingSubscriptionChange(models.Model):
    """From which day on a subscription is on which plan."""

    _name = "coworking.subscription.change"
    _description = "Plan of a Subscription"
    _order = "subscription_id, date, id"
    _rec_name = "plan_id"

    subscription_id = fields.Many2one(
        "coworking.subscription", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    date = fields.Date("From", required=True)
    plan_id = fields.Many2one(
        "coworking.plan",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id)]",
    )

    _one_per_day = models.UniqueIndex(
        "(subscription_id, date)",
        "The plan already changes on that day: change that line.",
    )
