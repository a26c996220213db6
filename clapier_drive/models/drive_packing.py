from odoo import fields, models


class DrivePacking(models.Model):
    """What one phone sent of the preparation, and what was answered."""

    _name = "drive.packing"
    _description = "Packing Noted"
    _order = "at desc, id desc"
    _rec_name = "key"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    packer_id = fields.Many2one(
        "drive.packer", "Volunteer", required=True, readonly=True, ondelete="cascade"
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="What arrives twice with one key counts once.",
    )
    kind = fields.Selection(
        [("pack", "Put In"), ("undo", "Taken Out"), ("receive", "Received")],
        required=True,
        readonly=True,
    )
    crate_line_id = fields.Many2one(
        "drive.crate.line",
        "Content",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    crate_id = fields.Many2one(related="crate_line_id.crate_id")
    product_id = fields.Many2one(related="crate_line_id.product_id")
    reception_id = fields.Many2one("drive.reception", readonly=True, ondelete="cascade")
    undoes_key = fields.Char(readonly=True)
    quantity = fields.Float(readonly=True)
    weight = fields.Float("Kilograms", readonly=True)
    at = fields.Datetime(required=True, readonly=True, help="By the phone's clock.")
    received_at = fields.Datetime(required=True, readonly=True)
    result = fields.Selection(
        [
            ("packed", "Counted"),
            ("undone", "Taken out"),
            ("received", "Noted"),
            ("already", "In already"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(readonly=True)

    _one_per_key = models.UniqueIndex("(cycle_id, key)", "This has already arrived.")
    _undone_once = models.UniqueIndex(
        "(cycle_id, undoes_key) WHERE result = 'undone'", "This is undone already."
    )

    def _answer(self):
        """Return what the phone is told of these, in their order."""
        return [
            {
                "key": packing.key,
                "kind": packing.kind,
                "result": packing.result,
                "message": packing.message or "",
                "content": packing.crate_line_id.id,
            }
            for packing in self
        ]
