from odoo import fields, models


class DriveHandover(models.Model):
    """What the host of a point did with baskets, as the phone told it: a ledger.

    Each row answers one thing that a phone sent, under the key that the phone gave it.
    """

    _name = "drive.handover"
    _description = "Log of a Hand-Over"
    _inherit = ["supermarket.ledger"]
    _order = "moment desc, id desc"
    _rec_name = "order_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cycle_point_id = fields.Many2one(
        "drive.cycle.point",
        "Pick-Up Point",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        "sale.order", "Basket", readonly=True, ondelete="restrict", index=True
    )
    key = fields.Char(required=True, readonly=True, help="The same key counts once.")
    kind = fields.Selection(
        [
            ("arrived", "Crates Arrived"),
            ("handed", "Handed Over"),
            ("undone", "Hand-Over Undone"),
            ("paid", "Paid"),
            ("unpaid", "Payment Undone"),
            ("problem", "Problem"),
            ("kept", "Kept"),
            ("transferred", "Transferred"),
            ("given", "Given"),
            ("charged", "Charged"),
        ],
        required=True,
        readonly=True,
    )
    result = fields.Selection(
        [("done", "Done"), ("already", "Already Done"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="done",
    )
    message = fields.Char(readonly=True)
    moment = fields.Datetime("When", required=True, readonly=True)
    received_at = fields.Datetime("Received", required=True, readonly=True)
    proof = fields.Selection(
        [
            ("scan", "Code Scanned"),
            ("code", "Code Told"),
            ("signature", "Signature"),
            ("word", "Host's Word"),
            ("doubtful", "Wrong Code"),
        ],
        readonly=True,
    )
    signature = fields.Binary(attachment=True, readonly=True)
    crates = fields.Char("Crates Ticked", readonly=True)
    method = fields.Selection(
        [("cash", "Cash"), ("card", "Card"), ("credit", "Credit")], readonly=True
    )
    amount = fields.Monetary(readonly=True, help="Taken at the point.")
    amount_credit = fields.Monetary(
        "From Credit",
        readonly=True,
        help="Taken from what the family has to its credit.",
    )

    _once = models.UniqueIndex("(cycle_point_id, key)", "This was received already.")

    def _answer(self):
        """Return what the phone learns of one row: nothing of the person."""
        self.ensure_one()
        return {
            "key": self.key,
            "kind": self.kind,
            "order_id": self.order_id.id,
            "result": self.result,
            "message": self.message or "",
        }
