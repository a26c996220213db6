from odoo import fields, models


class SupermarketShiftPair(models.TransientModel):
    """With whom a member works, as the member office notes it."""

    _name = "supermarket.shift.pair"
    _description = "Shift Partners"

    member_id = fields.Many2one(
        "supermarket.shift.member", required=True, readonly=True
    )
    company_id = fields.Many2one(related="member_id.company_id")
    shift_partner_id = fields.Many2one(
        "supermarket.shift.member",
        domain="[('company_id', '=', company_id), ('id', '!=', member_id),"
        " ('status', '!=', 'unsubscribed')]",
    )

    def action_pair(self):
        """Note that the two work together; nobody chosen: that the member works alone."""
        self.ensure_one()
        self.check_access("write")
        self.member_id._pair(self.shift_partner_id)
        return {"type": "ir.actions.act_window_close"}
