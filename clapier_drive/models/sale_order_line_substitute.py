from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Another product that a family gets instead of one that is missing."""

    _inherit = "sale.order.line"

    drive_substitute_for_id = fields.Many2one(
        "sale.order.line",
        "Instead Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    drive_substitute_ids = fields.One2many(
        "sale.order.line", "drive_substitute_for_id", "Given Instead", readonly=True
    )
    drive_substitute_value = fields.Monetary(
        "Worth",
        readonly=True,
        copy=False,
        help="What it would have cost, taxes included. The family pays it from what it is "
        "credited for the missing product, never more.",
    )
    drive_substitute_name = fields.Char(
        "In Its Place", compute="_compute_drive_substitute_name"
    )

    _drive_substitute_once = models.UniqueIndex(
        "(drive_substitute_for_id) WHERE drive_substitute_for_id IS NOT NULL",
        "Another product is given instead already: take it back first.",
    )

    @api.depends(
        "drive_substitute_ids.product_id", "drive_substitute_ids.product_uom_qty"
    )
    def _compute_drive_substitute_name(self):
        for line in self:
            line.drive_substitute_name = ", ".join(
                f"{other.product_uom_qty:g} {other.product_id.name}"
                for other in line.drive_substitute_ids
            )

    def action_substitute(self):
        """Ask what this family gets instead of what is missing."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clapier_drive.drive_substitution_action"
        )
        return {**action, "context": {"default_line_id": self.id}}

    def action_unsubstitute(self):
        """Take back what these families were to get instead, before it is validated."""
        self.check_access("write")
        self.drive_substitute_ids._drive_take_back()

    def _drive_take_back(self):
        """Give back to the offers what these lines were to give instead of others."""
        self.order_id.drive_cycle_id._check_may_substitute()
        self._drive_move_substituted(-1)
        orders_sudo = self.order_id.sudo()
        locked_sudo = orders_sudo.filtered("locked")
        locked_sudo.locked = False
        # A line of an order that is confirmed is emptied, not deleted.
        self.sudo().write(
            {
                "product_uom_qty": 0.0,
                "drive_given_qty": 0.0,
                "drive_rule": "none",
                "drive_substitute_for_id": False,
                "drive_substitute_value": 0.0,
            }
        )
        locked_sudo.locked = True
        for cycle in self.order_id.drive_cycle_id:
            cycle._plan_crates()

    def _drive_move_substituted(self, sign):
        """Move the counters of what is given instead of other products."""
        moves = {}
        for line in self:
            moves[line.drive_offer_id.id] = (
                moves.get(line.drive_offer_id.id, 0.0) + sign * line.product_uom_qty
            )
        self.env["drive.reception"]._move_substituted(moves)
