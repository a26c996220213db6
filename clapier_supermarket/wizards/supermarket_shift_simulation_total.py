from odoo import fields, models


class SupermarketShiftSimulationTotal(models.TransientModel):
    """How many members have a status, and would have it."""

    _name = "supermarket.shift.simulation.total"
    _description = "Members of a Status"
    _order = "id"
    _rec_name = "status"

    simulation_id = fields.Many2one(
        "supermarket.shift.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    status = fields.Selection(
        lambda self: self.env["supermarket.shift.simulation.line"]._selection_status(),
        readonly=True,
    )
    count_before = fields.Integer("Members Now", readonly=True)
    count_after = fields.Integer("Members Then", readonly=True)
    difference = fields.Integer(readonly=True)
