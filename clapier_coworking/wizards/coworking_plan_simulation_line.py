from odoo import fields, models


class CoworkingPlanSimulationLine(models.TransientModel):
    """What the last three months would have cost under one plan."""

    _name = "coworking.plan.simulation.line"
    _description = "Simulated Plan"
    _order = "amount, id"

    simulation_id = fields.Many2one(
        "coworking.plan.simulation", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="simulation_id.company_id.currency_id")
    name = fields.Char(required=True)
    plan_id = fields.Many2one("coworking.plan", help="Empty: passes only.")
    amount = fields.Monetary("Three Months")
    detail = fields.Char("Month by Month")
    is_current = fields.Boolean("Plan of Today")

    def action_change(self):
        """Open the change to this plan, from next month on."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_coworking.coworking_subscription_switch_action"
        )
        return {
            **action,
            "context": {
                "default_subscription_id": self.simulation_id.subscription_id.id,
                "default_plan_id": self.plan_id.id,
            },
        }
