from odoo import api, fields, models

from ..coworking_plan_rules import add_months, month_of


class CoworkingSubscriptionSwitch(models.TransientModel):
    """From which day on somebody is on another plan."""

    _name = "coworking.subscription.switch"
    _description = "Change of Plan"

    subscription_id = fields.Many2one(
        "coworking.subscription",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    plan_id = fields.Many2one(
        "coworking.plan",
        "New Plan",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    date = fields.Date(
        "From",
        required=True,
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        help="Within this month, what is left of it is adjusted on the next invoice.",
    )

    @api.depends("subscription_id")
    def _compute_date(self):
        for switch in self:
            company = switch.subscription_id.company_id or self.env.company
            switch.date = add_months(month_of(company._coworking_today()))

    def action_change(self):
        """Change the plan."""
        self.ensure_one()
        self.subscription_id.check_access("write")
        self.subscription_id.sudo()._change(self.plan_id, self.date)
        return {"type": "ir.actions.act_window_close"}
