from odoo import fields, models
from odoo.fields import Command


class DriveSettlementLine(models.Model):
    """One offer of a settlement: from what was ordered to what is due."""

    _name = "drive.settlement.line"
    _description = "Line of a Settlement"
    _order = "settlement_id, cycle_id, product_id, id"
    _rec_name = "product_id"

    settlement_id = fields.Many2one(
        "drive.settlement", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cycle_id = fields.Many2one(
        "drive.cycle", required=True, readonly=True, ondelete="restrict", index=True
    )
    offer_id = fields.Many2one("drive.offer", readonly=True, ondelete="restrict")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="restrict"
    )
    purchase_line_id = fields.Many2one("purchase.order.line", readonly=True)
    price_unit = fields.Float("Price", readonly=True, aggregator=None)
    quantity_ordered = fields.Float("Ordered Quantity", readonly=True)
    quantity_received = fields.Float(
        "Received Quantity", readonly=True, help="Of what was ordered, damaged or not."
    )
    quantity_damaged = fields.Float("Damaged Quantity", readonly=True)
    quantity_given = fields.Float("Given", readonly=True, help="To families.")
    amount_ordered = fields.Monetary("Ordered", readonly=True)
    amount_missing = fields.Monetary("Missing", readonly=True)
    amount_received = fields.Monetary("Received", readonly=True)
    amount_claimed = fields.Monetary("Claimed", readonly=True)
    amount_weight = fields.Monetary("Weights", readonly=True)
    amount_sold = fields.Monetary("Sold", readonly=True)
    amount_commission = fields.Monetary("Commission", readonly=True)
    amount_due = fields.Monetary("Due", readonly=True)

    _once = models.UniqueIndex(
        "(settlement_id, offer_id)", "This offer is already in this settlement."
    )

    def _prepare_bill_lines(self, sign):
        """Return the invoice lines that make up what is due for this offer.

        :param sign: -1 on a refund
        """
        self.ensure_one()
        common = {
            "product_id": self.product_id.id,
            "product_uom_id": self.purchase_line_id.product_uom_id.id,
            "tax_ids": [Command.set(self.purchase_line_id.tax_ids.ids)],
        }
        name = self.purchase_line_id.name
        lines = []
        if self.quantity_received:
            lines.append(
                {
                    **common,
                    "name": name,
                    "quantity": sign * self.quantity_received,
                    "price_unit": self.price_unit,
                    "purchase_line_id": self.purchase_line_id.id,
                }
            )
        for label, amount in (
            (self.env._("Claim: %s", name), -self.amount_claimed),
            (self.env._("Weights: %s", name), self.amount_weight),
        ):
            if not self.currency_id.is_zero(amount):
                lines.append(
                    {
                        **common,
                        "name": label,
                        "quantity": sign,
                        "price_unit": amount,
                    }
                )
        return lines
