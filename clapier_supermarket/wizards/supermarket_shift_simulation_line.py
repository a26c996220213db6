from odoo import fields, models


class SupermarketShiftSimulationLine(models.TransientModel):
    """A member whose status would be another."""

    _name = "supermarket.shift.simulation.line"
    _description = "Member With Another Status"
    _order = "effect, status_before, partner_id, id"
    _rec_name = "partner_id"

    simulation_id = fields.Many2one(
        "supermarket.shift.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    member_id = fields.Many2one(
        "supermarket.shift.member",
        "Working Time",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", "Member", required=True, readonly=True, ondelete="cascade"
    )
    number = fields.Char(related="partner_id.supermarket_member_number")
    team = fields.Selection(
        [("standard", "Standard"), ("flying", "Flying")], readonly=True
    )
    status_before = fields.Selection(
        lambda self: self._selection_status(), "Status Now", readonly=True
    )
    status_after = fields.Selection(
        lambda self: self._selection_status(), "Status Then", readonly=True
    )
    balance_before = fields.Integer("Points Now", readonly=True, aggregator=None)
    balance_after = fields.Integer("Points Then", readonly=True, aggregator=None)
    effect = fields.Selection(
        [
            ("gains", "May shop again"),
            ("loses", "May not shop any more"),
            ("same", "No change"),
        ],
        "Right to Shop",
        readonly=True,
    )

    def _selection_status(self):
        statuses = self.env["supermarket.shift.member"]._fields["status"]
        return statuses._description_selection(self.env)
