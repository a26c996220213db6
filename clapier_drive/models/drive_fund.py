from odoo import api, fields, models


class DriveFund(models.Model):
    """The ledger of the suspended baskets: what families give, what the office passes on."""

    _name = "drive.fund"
    _description = "Fund of Suspended Baskets"
    _inherit = ["supermarket.ledger"]
    _order = "date desc, id desc"
    _rec_name = "reference"

    _ledger_partner_columns = ()

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [("gift", "Given by a Family"), ("grant", "Passed On")],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True)
    reference = fields.Char(required=True, readonly=True)
    order_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _not_zero = models.Constraint("CHECK (amount != 0)", "A row moves something.")

    @api.model
    def _balance(self, company):
        """Return what the fund of one drive holds."""
        [(total,)] = self.sudo()._read_group(
            [("company_id", "=", company.id)], aggregates=["amount:sum"]
        )
        return company.currency_id.round(total or 0.0)
