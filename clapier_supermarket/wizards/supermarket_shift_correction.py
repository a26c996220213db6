from odoo import api, fields, models
from odoo.exceptions import UserError


class SupermarketShiftCorrection(models.TransientModel):
    """Points given or taken by hand, or a row of the ledger taken back, with a reason."""

    _name = "supermarket.shift.correction"
    _description = "Correction of Points"

    member_id = fields.Many2one("supermarket.shift.member", required=True)
    point_id = fields.Many2one(
        "supermarket.shift.point",
        "Row to Reverse",
        domain="[('member_id', '=', member_id), ('reversal_of_id', '=', False),"
        " ('reversed_by_ids', '=', False)]",
    )
    operation = fields.Selection(
        [("points", "Give or take points"), ("reverse", "Reverse a row")],
        required=True,
        compute="_compute_operation",
        store=True,
        readonly=False,
        precompute=True,
    )
    points = fields.Integer(help="Below 0: points are taken.")
    reason = fields.Char(required=True, help="The member reads it in their ledger.")
    balance = fields.Integer(related="member_id.balance", string="Points Now")

    @api.depends("point_id")
    def _compute_operation(self):
        for correction in self:
            correction.operation = "reverse" if correction.point_id else "points"

    def action_correct(self):
        """Write the ledger.

        :raise UserError: nothing to correct, or a row that a registration holds
        """
        self.ensure_one()
        self.check_access("write")
        Point_sudo = self.env["supermarket.shift.point"].sudo()
        if self.operation == "reverse":
            Point_sudo._post([], self._row_to_reverse().sudo(), self.reason)
        elif not self.points:
            raise UserError(self.env._("Say how many points: 0 corrects nothing."))
        else:
            Point_sudo._post(
                [
                    {
                        "member_id": self.member_id.id,
                        "date": self.member_id.company_id._supermarket_today(),
                        "kind": "correction",
                        "points": self.points,
                        "note": self.reason,
                    }
                ]
            )
        return {"type": "ir.actions.act_window_close"}

    def _row_to_reverse(self):
        """Return the row to reverse, if it may be.

        :raise UserError: it is no row that counts, or it says what a registration says
        """
        row = self.point_id
        if not row or row.member_id != self.member_id:
            raise UserError(self.env._("Choose the row of this member to reverse."))
        if row.reversal_of_id or row.is_reversed:
            raise UserError(
                self.env._("This row does not count any more: choose another one.")
            )
        if row.registration_id:
            raise UserError(
                self.env._(
                    "This row says what the attendance of %s says: correct its "
                    "attendance sheet, the points follow.",
                    row.shift_id.display_name,
                )
            )
        if row.leave_id:
            raise UserError(
                self.env._(
                    "This row belongs to a leave: cancel the leave, the points follow."
                )
            )
        return row
