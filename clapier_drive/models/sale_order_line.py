from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    drive_offer_id = fields.Many2one(
        "drive.offer", "Offer", index="btree_not_null", ondelete="restrict", copy=False
    )
    drive_held_qty = fields.Float(
        readonly=True, copy=False, help="What this line holds of a limited offer."
    )
    drive_given_qty = fields.Float(
        "Given", readonly=True, copy=False, help="What the family gets after shortages."
    )
    drive_override_qty = fields.Float(
        "Decided", copy=False, help="What a person decided instead of the rules."
    )
    drive_is_overridden = fields.Boolean("Decided by Hand", copy=False)
    drive_rule = fields.Selection(
        [
            ("full", "As ordered"),
            ("part", "Shared in proportion"),
            ("first", "One each first"),
            ("none", "Nothing was left"),
            ("override", "Decided by hand"),
            ("minimum", "The producer's minimum was missed"),
        ],
        "Why",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of sale to hold what baskets take of limited offers."""
        lines = super().create(vals_list)
        lines.order_id.filtered("drive_is_held")._drive_hold()
        return lines

    def write(self, vals):
        """Override of sale to hold what baskets take of limited offers."""
        result = super().write(vals)
        if {"product_uom_qty", "drive_offer_id", "order_id"} & vals.keys():
            self.order_id.filtered("drive_is_held")._drive_hold()
        return result

    def unlink(self):
        """Override of sale to give back what the lines hold."""
        orders = self.order_id.filtered("drive_is_held")
        held = self.filtered("drive_held_qty")
        self.env["drive.offer"]._move_held(
            [(line.drive_offer_id.id, -line.drive_held_qty) for line in held]
        )
        result = super().unlink()
        orders.exists()._drive_hold()
        return result

    def _compute_qty_delivered_method(self):
        """Override of sale_stock: what a family gets is known from the sharing out."""
        super()._compute_qty_delivered_method()
        self.filtered("drive_offer_id").qty_delivered_method = "manual"

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of sale_stock: goods of a cycle cross-dock, no rule runs per order."""
        return super(
            SaleOrderLine, self.filtered(lambda line: not line.drive_offer_id)
        )._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)
