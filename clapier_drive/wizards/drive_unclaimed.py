from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DriveUnclaimed(models.TransientModel):
    """What is to become of baskets that nobody fetched."""

    _name = "drive.unclaimed"
    _description = "Decision about Unclaimed Baskets"

    order_ids = fields.Many2many("sale.order", string="Baskets", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    decision = fields.Selection(
        [
            ("keep", "Keep them at the point"),
            ("transfer", "Transfer them to another point or day"),
            ("give", "Give them to the solidarity fridge"),
        ],
        required=True,
        default="keep",
    )
    keep_until = fields.Date(
        "Until", default=lambda self: fields.Date.context_today(self)
    )
    cycle_point_id = fields.Many2one(
        "drive.cycle.point",
        "Where and When",
        domain="[('company_id', '=', company_id), ('stop', '>', 'now')]",
    )
    is_charged = fields.Boolean(
        "Charge the Families", help="What the policy says, from their credit; once."
    )

    @api.model
    def default_get(self, names):
        """Override of the ORM to take the baskets that are selected."""
        values = super().default_get(names)
        if self.env.context.get("active_model") == "sale.order":
            ids = self.env.context.get("active_ids", [])
            values["order_ids"] = [Command.set(ids)]
        return values

    @api.depends("order_ids")
    def _compute_company_id(self):
        for decision in self:
            decision.company_id = decision.order_ids.company_id[:1]

    def action_decide(self):
        """Do what was decided; families are told by mail.

        :raise UserError: a date or point is missing, a basket was fetched meanwhile
        """
        self.ensure_one()
        self.check_access("write")
        orders = self.order_ids
        orders.check_access("write")
        if self.is_charged:
            orders._drive_charge_unclaimed()
        if self.decision == "keep":
            if not self.keep_until or self.keep_until < fields.Date.context_today(self):
                raise UserError(self.env._("Choose until when they are kept."))
            orders._drive_keep(self.keep_until)
        elif self.decision == "transfer":
            if not self.cycle_point_id:
                raise UserError(self.env._("Choose where they are to be fetched."))
            orders._drive_transfer(self.cycle_point_id)
        else:
            orders._drive_give()
        return {"type": "ir.actions.act_window_close"}
