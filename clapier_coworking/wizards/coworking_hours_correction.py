from odoo import api, fields, models
from odoo.exceptions import UserError


class CoworkingHoursCorrection(models.TransientModel):
    """Hours or days given or taken by hand, or a row of the ledger taken back."""

    _name = "coworking.hours.correction"
    _description = "Correction of Hours"

    account_id = fields.Many2one("coworking.account", required=True)
    row_id = fields.Many2one(
        "coworking.hours",
        "Row to Take Back",
        domain="[('account_id', '=', account_id), ('reversal_of_id', '=', False)]",
    )
    operation = fields.Selection(
        [("move", "Give or take"), ("reverse", "Take a row back")],
        required=True,
        compute="_compute_operation",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit = fields.Selection([("hour", "Hours"), ("day", "Days")], default="hour")
    quantity = fields.Float(digits=(12, 2), help="Below 0: taken.")
    reason = fields.Char(required=True, help="The person reads it in their ledger.")
    hours_balance = fields.Float(related="account_id.hours_balance")
    days_balance = fields.Float(related="account_id.days_balance")

    @api.depends("row_id")
    def _compute_operation(self):
        for correction in self:
            correction.operation = "reverse" if correction.row_id else "move"

    def action_correct(self):
        """Add the row that corrects the ledger.

        :raise UserError: nothing to correct, or a row corrected already
        """
        self.ensure_one()
        self.check_access("write")
        self.account_id.check_access("read")
        vals = {
            "account_id": self.account_id.id,
            "kind": "correction",
            "date": self.account_id.company_id._coworking_today(),
            "reference": self.reason,
        }
        if self.operation == "reverse":
            row = self._row_to_reverse()
            vals |= {
                "unit": row.unit,
                "quantity": -row.quantity,
                "expires_on": row.expires_on,
                "reversal_of_id": row.id,
            }
        elif not self.quantity:
            raise UserError(self.env._("Say how many: 0 corrects nothing."))
        else:
            vals |= {"unit": self.unit, "quantity": self.quantity}
        self.env["coworking.account"]._post([vals])
        return {"type": "ir.actions.act_window_close"}

    def _row_to_reverse(self):
        """Return the row to take back, if it may be."""
        row = self.row_id
        if not row or row.account_id != self.account_id:
            raise UserError(self.env._("Choose the row of this account to take back."))
        if row.reversal_of_id or row.search_count([("reversal_of_id", "=", row.id)]):
            raise UserError(
                self.env._("This row is corrected already: choose another one.")
            )
        return row
