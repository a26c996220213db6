from odoo import api, fields, models
from odoo.exceptions import UserError


class DriveCycleProducer(models.Model):
    """A producer in one cycle: their cut-off, minimum and order."""

    _name = "drive.cycle.producer"
    _description = "Producer of a Cycle"
    _order = "cycle_id, partner_id, id"
    _rec_name = "partner_id"

    cycle_id = fields.Many2one(
        "drive.cycle", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cycle_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Producer", required=True, ondelete="restrict", index=True
    )
    cutoff_at = fields.Datetime(
        "Cut-Off",
        help="Empty: that of the cycle. Before it, orders of theirs stop earlier.",
    )
    amount_min = fields.Monetary(
        "Minimum Order",
        default=0.0,
        help="Below it, at purchase prices, nothing is ordered from this producer.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("ordered", "Ordered"),
            ("missed", "Minimum Missed"),
            ("nothing", "Nothing Ordered"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="planned",
    )
    amount = fields.Monetary("Ordered", readonly=True, copy=False)
    purchase_id = fields.Many2one(
        "purchase.order", readonly=True, copy=False, index="btree_not_null"
    )
    told_at = fields.Datetime(
        "Sent", readonly=True, copy=False, help="When the order was mailed."
    )

    _once = models.UniqueIndex(
        "(cycle_id, partner_id)", "This producer is already in this cycle."
    )
    _amount_min_positive = models.Constraint(
        "CHECK (COALESCE(amount_min, 0) >= 0)", "A minimum cannot be negative."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ordered(self):
        if any(line.purchase_id for line in self):
            raise UserError(
                self.env._(
                    "An order was made to this producer: cancel the order instead."
                )
            )
