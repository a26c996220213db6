from odoo import fields, models


class DriveCreditEntry(models.Model):
    """Says which journal entry counts a row of the credit ledger: each row once."""

    _name = "drive.credit.entry"
    _description = "Journal Entry of a Credit"
    _rec_name = "credit_id"

    credit_id = fields.Many2one(
        "drive.credit", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )

    _once = models.UniqueIndex("(credit_id)", "This row is already accounted for.")
