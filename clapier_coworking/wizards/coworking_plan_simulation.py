from odoo import api, fields, models
from odoo.fields import Command


class CoworkingPlanSimulation(models.TransientModel):
    """What the last three months of somebody's use would have cost under each plan."""

    _name = "coworking.plan.simulation"
    _description = "Simulation of Plans"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True)
    subscription_id = fields.Many2one("coworking.subscription")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many(
        "coworking.plan.simulation.line",
        "simulation_id",
        compute="_compute_line_ids",
        store=True,
        precompute=True,
    )

    @api.depends("partner_id", "company_id", "subscription_id")
    def _compute_line_ids(self):
        for simulation in self:
            rows = self.env["coworking.account"]._simulate(
                simulation.partner_id, simulation.company_id
            )
            simulation.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "name": row["plan"].name or self.env._("Passes only"),
                        "plan_id": row["plan"].id,
                        "amount": row["amount"],
                        "detail": row["detail"],
                        "is_current": row["plan"] == simulation.subscription_id.plan_id,
                    }
                )
                for row in rows
            ]
