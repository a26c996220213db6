from odoo import fields, models


class SaleOrderLine(models.Model):
    """What of a line is packed, and what it weighs."""

    _inherit = "sale.order.line"

    drive_packed_qty = fields.Float("Packed", readonly=True, copy=False)
    drive_weight = fields.Float(
        "Weighed",
        digits="Stock Weight",
        readonly=True,
        copy=False,
        help="Kilograms, of what is charged by weight.",
    )

    _drive_never_more_than_given = models.Constraint(
        "CHECK (COALESCE(drive_packed_qty, 0) > -0.0005 "
        "AND (COALESCE(drive_packed_qty, 0) < 0.0005 OR drive_packed_qty < 0.0005 + "
        "CASE WHEN drive_rule IS NULL THEN product_uom_qty "
        "ELSE COALESCE(drive_given_qty, 0) END))",
        "More of this line is packed than is given: take some out of its crates first.",
    )

    def _drive_quantity_given(self):
        """Override of this addon: once prepared, a family gets what is packed."""
        given = super()._drive_quantity_given()
        prepared = self.order_id.drive_cycle_id.prepared_at
        return self.drive_packed_qty if prepared else given
