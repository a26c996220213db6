from odoo import fields, models


class CoworkingBpfLine(models.TransientModel):
    """One figure of the yearly education and finance report."""

    _name = "coworking.bpf.line"
    _description = "Figure of the Education and Finance Report"
    _order = "id"

    bpf_id = fields.Many2one("coworking.bpf", required=True, ondelete="cascade")
    section = fields.Selection(
        [
            ("revenue", "C. Revenue by Origin"),
            ("trainees", "F. Trainees and Hours by Kind"),
            ("funding", "F. Trainees and Hours by Funding"),
            ("training", "F. Trainings"),
            ("total", "Totals"),
        ],
        required=True,
    )
    name = fields.Char(required=True)
    trainees = fields.Integer()
    hours = fields.Float("Hours × Trainees", digits=(12, 2))
    amount = fields.Monetary("Amount, Taxes Excluded")
    currency_id = fields.Many2one(related="bpf_id.company_id.currency_id")
