from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class DriveFundGrant(models.TransientModel):
    """A credit for a family, out of the suspended baskets."""

    _name = "drive.fund.grant"
    _description = "Gift from the Suspended Baskets"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    balance = fields.Monetary("In the Fund", compute="_compute_balance")
    partner_id = fields.Many2one("res.partner", "Family", required=True)
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A gift is more than nothing."
    )

    @api.depends("company_id")
    def _compute_balance(self):
        for grant in self:
            grant.balance = self.env["drive.fund"]._balance(grant.company_id)

    def action_grant(self):
        """Give the amount to the family, as a credit.

        :raise UserError: the fund does not hold as much
        """
        self.ensure_one()
        self.check_access("write")
        self.env["drive.fund"].check_access("read")
        company_sudo = self.company_id.sudo()
        # Two gifts at once meet here: the second counts what the first has left.
        self.env.cr.execute(
            SQL(
                "UPDATE res_company SET drive_wallet_id = drive_wallet_id WHERE id = %s",
                company_sudo.id,
            )
        )
        if self.amount > self.env["drive.fund"]._balance(self.company_id):
            raise UserError(
                self.env._(
                    "The fund does not hold as much: give less, or wait for gifts."
                )
            )
        day = company_sudo._drive_today()
        self.env["drive.fund"].sudo().create(
            {
                "company_id": self.company_id.id,
                "date": day,
                "kind": "grant",
                "amount": -self.amount,
                "reference": self.env._("Passed on to a family"),
            }
        )
        self.env["drive.credit"].sudo().create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "date": day,
                "kind": "gift",
                "amount": self.amount,
                "reference": self.env._("A gift from other families"),
            }
        )
        return {"type": "ir.actions.act_window_close"}
