from odoo import fields, models


class CoworkingMonthLine(models.Model):
    """A line of what a month comes to, before it is on an invoice."""

    _name = "coworking.month.line"
    _description = "Line of a Month"
    _order = "month_id, sequence, id"

    month_id = fields.Many2one(
        "coworking.month", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("For the Month", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [
            ("start", "First Month"),
            ("renewal", "Coming Month"),
            ("adjustment", "Adjustment"),
            ("overage", "Hours Beyond"),
            ("credit", "Fairest Price"),
            ("dues", "Dues"),
        ],
        required=True,
        readonly=True,
    )
    name = fields.Char("Label", required=True, readonly=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="restrict"
    )
    quantity = fields.Float(readonly=True, digits=(12, 2))
    price_unit = fields.Float(readonly=True, digits=(12, 2), aggregator=None)
    amount = fields.Float(readonly=True, digits=(12, 2), help="Taxes excluded.")
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _to_invoice_idx = models.Index("(company_id, month_id) WHERE move_id IS NULL")
