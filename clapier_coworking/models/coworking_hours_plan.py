from odoo import fields, models


class CoworkingHours(models.Model):
    """What was paid for the rows that a sale has brought."""

    _inherit = "coworking.hours"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        readonly=True, help="What was paid for a pass or pack, taxes excluded."
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _bought_once = models.UniqueIndex(
        "(sale_line_id) WHERE kind = 'purchase' AND sale_line_id IS NOT NULL",
        "This sale is on the account already.",
    )

    def action_correct(self):
        """Open the form that takes this row back."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the Account"),
            "res_model": "coworking.hours.correction",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.account_id.id,
                "default_row_id": self.id,
            },
        }
