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

    crate_id = fields.Many2one(
        "drive.crate", required=True, readonly=True, ondelete="cascade", index=True
    )
    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
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
