from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CoworkingPassRefund(models.TransientModel):
    """Paying back what is left of a pass: off the account, and a credit note."""

    _name = "coworking.pass.refund"
    _description = "Refund of a Pass"

    account_id = fields.Many2one("coworking.account", required=True)
    row_id = fields.Many2one(
        "coworking.hours",
        "Bought",
        required=True,
        domain="[('account_id', '=', account_id), ('kind', '=', 'purchase')]",
    )
    quantity = fields.Float(
        "To Pay Back",
        digits=(12, 2),
        required=True,
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
    )
    left = fields.Float("Can Be Paid Back", compute="_compute_left", digits=(12, 2))
    amount = fields.Monetary(compute="_compute_amount", help="Taxes excluded.")
    currency_id = fields.Many2one(related="account_id.company_id.currency_id")
    reason = fields.Char(required=True, help="The person reads it in their ledger.")

    @api.depends("row_id")
    def _compute_left(self):
        for refund in self:
            row = refund.row_id
            account = row.account_id
            balance = (
                account.days_balance if row.unit == "day" else account.hours_balance
            )
            paid_back = sum(
                row.search([("reversal_of_id", "=", row.id)]).mapped("quantity")
            )
            refund.left = max(min(row.quantity + paid_back, balance), 0.0)

    @api.depends("left")
    def _compute_quantity(self):
        for refund in self:
            refund.quantity = refund.left

    @api.depends("quantity", "row_id")
    def _compute_amount(self):
        for refund in self:
            row = refund.row_id
            refund.amount = row.quantity and row.amount * refund.quantity / row.quantity

    def action_refund(self):
        """Take what is paid back off the account, and make the draft credit note."""
        self.ensure_one()
        self.check_access("write")
        row = self.row_id
        row.check_access("read")
        if row.account_id != self.account_id or row.kind != "purchase":
            raise UserError(self.env._("Choose what this person has bought."))
        if self.env["coworking.hours"].search_count([("reversal_of_id", "=", row.id)]):
            raise UserError(
                self.env._("This purchase is paid back already: choose another one.")
            )
        if not 0 < self.quantity <= self.left:
            raise UserError(
                self.env._(
                    "%s can be paid back at most: the rest is used.", f"{self.left:g}"
                )
            )
        self.env["coworking.account"]._post(
            [
                {
                    "account_id": self.account_id.id,
                    "unit": row.unit,
                    "kind": "refund",
                    "quantity": -self.quantity,
                    "amount": -self.amount,
                    "date": self.account_id.company_id._coworking_today(),
                    "reference": self.reason,
                    "reversal_of_id": row.id,
                }
            ]
        )
        move_sudo = (
            self.env["account.move"]
            .sudo()
            .with_company(self.account_id.company_id)
            .create(self._prepare_credit_note_vals())
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move_sudo.id,
            "view_mode": "form",
        }

    def _prepare_credit_note_vals(self):
        """Return the values of the credit note."""
        line_sudo = self.row_id.sudo().sale_line_id
        product = (
            line_sudo.product_id
            or self.env["coworking.pass"]
            .search(
                [
                    ("company_id", "=", self.account_id.company_id.id),
                    ("unit", "=", self.row_id.unit),
                ],
                limit=1,
            )
            .product_id
        )
        return {
            "move_type": "out_refund",
            "company_id": self.account_id.company_id.id,
            "partner_id": line_sudo.order_id.partner_invoice_id.id
            or self.account_id.partner_id.id,
            "invoice_origin": line_sudo.order_id.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "name": f"{self.row_id.reference} – {self.reason}",
                        "quantity": 1,
                        "price_unit": self.amount,
                    }
                )
            ],
        }
