from odoo import fields, models


class DriveCrateLine(models.Model):
    """What goes of one order line into one crate, and what is in it already.

    ``packed_qty`` is a counter under a check: however many phones count, no crate gets
    more than its family was given.
    """

    _name = "drive.crate.line"
    _description = "Content of a Crate"
    _order = "crate_id, id"
    _rec_name = "product_id"
    # Thousands at once: who packed what, and when, is said by fields of its own.
    _log_access = False

    crate_id = fields.Many2one(
        "drive.crate", required=True, readonly=True, ondelete="cascade", index=True
    )
    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade", index=True
    )
    cycle_point_id = fields.Many2one(related="crate_id.cycle_point_id")
    order_line_id = fields.Many2one(
        "sale.order.line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    offer_id = fields.Many2one(
        "drive.offer", required=True, readonly=True, ondelete="restrict", index=True
    )
    product_id = fields.Many2one(related="offer_id.product_id")
    quantity = fields.Float("To Pack", required=True, readonly=True)
    packed_qty = fields.Float("Packed", readonly=True, default=0.0)
    weight = fields.Float("Weighed", readonly=True, help="Kilograms.")
    packed_at = fields.Datetime(readonly=True)
    packer_id = fields.Many2one(
        "drive.packer", "Packed By", readonly=True, ondelete="set null"
    )
    # Kept for one phone, so that two phones are sent to different crates
    claimed_by_id = fields.Many2one("drive.packer", readonly=True, ondelete="set null")
    claimed_until = fields.Datetime(readonly=True)
    is_packed = fields.Boolean("All In", readonly=True, default=False)

    _never_more = models.Constraint(
        "CHECK (packed_qty > -0.0005 AND packed_qty < quantity + 0.0005)",
        "This crate already has all that its family was given.",
    )
    _once = models.UniqueIndex(
        "(crate_id, order_line_id)", "This crate already has that line."
    )

    def _for_phone(self):
        """Return what a volunteer's phone shows of these: no name of a family."""
        contents = self.filtered(lambda content: content.quantity > 0)
        return [
            {
                "id": content.id,
                "offer": content.offer_id.id,
                "product": content.product_id.display_name,
                "crate": content.crate_id.number,
                "code": content.crate_id.sudo().token,
                "cold": content.crate_id.is_cold,
                "point": content.cycle_point_id.point_id.name,
                "basket": content.crate_id.order_id.name,
                "quantity": round(content.quantity, 3),
                "packed": round(content.packed_qty, 3),
                "by_weight": content.offer_id.by_weight,
                "expected": round(content.offer_id.weight_expected * 1000),
            }
            for content in contents.sorted(lambda item: (item.crate_id.number, item.id))
        ]
