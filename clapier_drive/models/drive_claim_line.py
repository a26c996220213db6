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
    problem_ids = fields.One2many("drive.problem", "claim_line_id", "Reports")
    product_id = fields.Many2one("product.product", required=True)
    quantity_missing = fields.Float("Missing")
    quantity_damaged = fields.Float("Damaged")
    amount = fields.Monetary(
        required=True, help="At the purchase price, taxes excluded."
    )
    amount_accepted = fields.Monetary("Accepted", help="What the producer agrees to.")
    note = fields.Char()

    _accepted_is_a_part = models.Constraint(
        "CHECK (COALESCE(amount_accepted, 0) BETWEEN 0 AND GREATEST(amount, 0))",
        "A producer accepts between nothing and what is claimed.",
    )

    def _sentence(self):
        """Return what is wrong with one product, as the producer reads it."""
        self.ensure_one()
        product = self.product_id.name
        parts = []
        if self.quantity_missing:
            parts.append(
                self.env._(
                    "%(product)s: %(quantity)g missing",
                    quantity=self.quantity_missing,
                    product=product,
                )
            )
        if self.quantity_damaged:
            parts.append(
                self.env._(
                    "%(product)s: %(quantity)g damaged",
                    quantity=self.quantity_damaged,
                    product=product,
                )
            )
        sentence = ", ".join(parts) or product
        return f"{sentence} ({self.note})" if self.note else sentence
