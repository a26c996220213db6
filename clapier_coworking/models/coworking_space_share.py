from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CoworkingSpaceShare(models.Model):
    """What part of the revenue of a space goes to another organisation of the building."""

    _name = "coworking.space.share"
    _description = "Share of a Space"
    _order = "space_id, id"
    _rec_name = "partner_company_id"

    space_id = fields.Many2one(
        "coworking.space", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="space_id.company_id", string="Seller", store=True, index=True
    )
    partner_company_id = fields.Many2one(
        "res.company",
        "Goes To",
        required=True,
        ondelete="restrict",
        help="Invoices its part to the seller, once a month.",
    )
    percent = fields.Float("Part (%)", required=True)

    _one_per_company = models.UniqueIndex(
        "(space_id, partner_company_id)",
        "This organisation already has a part of this space: change that line.",
    )
    _is_part = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "A part is above 0, up to 100 %."
    )

    @api.constrains("percent", "space_id", "partner_company_id")
    def _check_parts(self):
        for space in self.space_id:
            if space.company_id in space.share_ids.partner_company_id:
                raise ValidationError(
                    self.env._("The seller keeps the rest: name the others only.")
                )
            if sum(space.share_ids.mapped("percent")) > 100:
                raise ValidationError(
                    self.env._("The parts of “%s” are more than 100 %%.", space.name)
                )
