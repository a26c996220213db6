from odoo import fields, models
from odoo.exceptions import UserError


class SupermarketShiftEnrol(models.TransientModel):
    """Members whom the office registers for one shift."""

    _name = "supermarket.shift.enrol"
    _description = "Registration of Members for a Shift"

    shift_id = fields.Many2one("supermarket.shift", required=True, readonly=True)
    company_id = fields.Many2one(related="shift_id.company_id")
    seats_free = fields.Integer(related="shift_id.seats_free")
    member_ids = fields.Many2many(
        "supermarket.shift.member",
        string="Members",
        domain="[('company_id', '=', company_id),"
        " ('status', 'not in', ('unsubscribed', 'blocked'))]",
    )
    wait = fields.Boolean(
        "Waiting List", help="Put them on the waiting list where no seat is left."
    )

    def action_suggest(self):
        """Add members who are free and qualified, as many as there are seats.

        :raise UserError: nobody is left
        """
        self.ensure_one()
        self.check_access("write")
        found = self.shift_id._find_fitting(
            self.seats_free - len(self.member_ids), self.member_ids
        )
        if not found:
            raise UserError(
                self.env._(
                    "No seat is free, or nobody who is free and qualified is left: more "
                    "seats, or an invitation, may help."
                )
            )
        self.member_ids |= found
        return {
            **self.shift_id.action_enrol(),
            "res_id": self.id,
        }

    def action_enrol(self):
        """Register the members, one by one: who may not come is named."""
        self.ensure_one()
        self.check_access("write")
        if not self.member_ids:
            raise UserError(self.env._("Choose whom to register."))
        for member in self.member_ids:
            self.shift_id._book(member, wait=self.wait, forced=True)
        return {"type": "ir.actions.act_window_close"}
