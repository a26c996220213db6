from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    coworking_training_vat_exempt = fields.Boolean(
        "Trainings Without VAT",
        help="Body of continuing education with the certificate of article 261-4-4° a of "
        "the French tax code: its trainings bear no VAT, and its invoices say so.",
    )
    coworking_training_number = fields.Char(
        "Declaration of Activity No.",
        help="Printed on convocations and certificates.",
    )
