from odoo import fields, models


class DriveClaimLine(models.Model):
    """One product of a claim."""

    _name = "drive.claim.line"
    _description = "Line of a Claim"
    _order = "claim_id, id"
    _rec_name = "product_id"

    claim_id = fields.Many2one(
        "drive.claim", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    reception_id = fields.Many2one("drive.reception", ondelete="restrict")
    product_id = fields.Many2one("product.product", required=True)
    quantity_missing = fields.Float("Missing")
    quantity_damaged = fields.Float("Damaged")
    amount = fields.Monetary(
        required=True, help="At the purchase price, taxes excluded."
    )
    note = fields.Char()
