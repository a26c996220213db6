from odoo import fields, models


class SupermarketShiftInvitationLine(models.TransientModel):
    """One member asked to come to one shift."""

    _name = "supermarket.shift.invitation.line"
    _description = "Person Invited to a Shift"

    invitation_id = fields.Many2one(
        "supermarket.shift.invitation", required=True, ondelete="cascade"
    )
    shift_id = fields.Many2one("supermarket.shift", required=True, ondelete="cascade")
    member_id = fields.Many2one(
        "supermarket.shift.member", required=True, ondelete="cascade"
    )
    team = fields.Selection(related="member_id.team")
    status = fields.Selection(related="member_id.status")
    balance = fields.Integer(related="member_id.balance")
