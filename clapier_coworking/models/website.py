from odoo import fields, models


class Website(models.Model):
    _inherit = "website"

    coworking_company_only = fields.Boolean(
        "Only Its Own Spaces",
        help="Show the spaces of this website's company only, instead of those of every "
        "organisation of the building.",
    )
