from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    drive_is_cold = fields.Boolean(
        "Travels Cold", help="Kept in a cold crate between the producer and the family."
    )
