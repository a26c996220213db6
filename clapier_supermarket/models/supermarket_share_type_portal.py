from odoo import fields, models


class SupermarketShareType(models.Model):
    _inherit = "supermarket.share.type"

    portal_published = fields.Boolean(
        "On the Portal", help="People may subscribe to these shares on their portal."
    )
    portal_maximum = fields.Integer(
        "Maximum on the Portal",
        default=100,
        required=True,
        help="Largest number of shares that one request on the portal may ask for; larger "
        "ones go through the member office.",
    )
    portal_payment_term_ids = fields.Many2many(
        "account.payment.term",
        string="Instalments on the Portal",
        check_company=True,
        help="Payment terms that the portal offers besides payment at once.",
    )
