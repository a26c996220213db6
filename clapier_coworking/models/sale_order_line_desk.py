from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    coworking_visit_id = fields.Many2one(
        "coworking.visit",
        "Visit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    _coworking_visit_once = models.UniqueIndex(
        "(coworking_visit_id) WHERE coworking_visit_id IS NOT NULL",
        "This visit is billed already.",
    )
