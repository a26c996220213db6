from odoo import api, fields, models
from odoo.exceptions import UserError


class DriveCreditCorrection(models.TransientModel):
    """A row of the credit ledger that corrects another, with its reason."""

    _name = "drive.credit.correction"
    _description = "Correction of a Credit"

    credit_id = fields.Many2one(
        "drive.credit",
        "Row to Correct",
        required=True,
        domain="[('reversal_of_id', '=', False), ('reversed_by_ids', '=', False)]",
    )
    partner_id = fields.Many2one(related="credit_id.partner_id")
    currency_id = fields.Many2one(related="credit_id.currency_id")
    amount_before = fields.Monetary(related="credit_id.amount", string="It Says")
    amount_right = fields.Monetary(
        "It Should Say", help="0 takes the whole row back. Taxes included."
    )
    amount = fields.Monetary("Correction", compute="_compute_amount")
    reason = fields.Char(required=True, help="The family reads it in its ledger.")

    @api.depends("credit_id", "amount_right")
    def _compute_amount(self):
        for correction in self:
            correction.amount = correction.amount_right - correction.amount_before

    def action_correct(self):
        """Add the row that corrects.

        :raise UserError: nothing to correct, or a row that was corrected already
        """
        self.ensure_one()
        self.check_access("write")
        row = self.credit_id
        row.check_access("read")
        if row.reversal_of_id or row.reversed_by_ids:
            raise UserError(
                self.env._("This row was corrected already: choose another one.")
            )
        if self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._("Say what the row should say: this changes nothing.")
            )
        self.env["drive.credit"].sudo().create(
            {
                "partner_id": row.partner_id.id,
                "company_id": row.company_id.id,
                "date": row.company_id._drive_today(),
                "kind": "correction",
                "amount": self.amount,
                "reference": self.reason,
                "order_line_id": row.order_line_id.id,
                "cycle_id": row.cycle_id.id,
                "reversal_of_id": row.id,
            }
        )
        return {"type": "ir.actions.act_window_close"}
