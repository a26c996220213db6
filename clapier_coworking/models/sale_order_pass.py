from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Passes and packs: a confirmed order puts them on the buyer's account."""

    _inherit = "sale.order"

    coworking_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Of the form that made it: sent twice, it makes one order.",
    )

    _coworking_key_unique = models.UniqueIndex(
        "(coworking_key) WHERE coworking_key IS NOT NULL", "This order is made already."
    )

    def _action_confirm(self):
        """Override of sale to put the days and hours of passes on accounts."""
        result = super()._action_confirm()
        self.sudo()._coworking_buy_passes()
        return result

    def _action_cancel(self):
        """Override of sale to keep an order whose passes are on an account."""
        if (
            self.env["coworking.hours"]
            .sudo()
            .search_count(
                [
                    ("sale_line_id", "in", self.order_line.ids),
                    ("kind", "=", "purchase"),
                ],
                limit=1,
            )
        ):
            raise UserError(
                self.env._(
                    "The passes of this order are on an account: pay back what is left of "
                    "them there instead of cancelling."
                )
            )
        return super()._action_cancel()

    def _coworking_buy_passes(self):
        """Add what these orders sell of passes to the ledger, each line once."""
        passes = {
            (item.product_id, item.company_id): item
            for item in self.env["coworking.pass"].search(
                [("product_id", "in", self.order_line.product_id.ids)]
            )
        }
        lines = self.order_line.filtered(
            lambda line: (
                (line.product_id, line.company_id) in passes
                and line.product_uom_qty > 0
            )
        )
        if not lines:
            return
        bought = self.env["coworking.hours"].search(
            [("sale_line_id", "in", lines.ids), ("kind", "=", "purchase")]
        )
        Account = self.env["coworking.account"]
        accounts = {
            (partner, company): Account._of(partner, company)
            or Account._make(partner, company)
            for partner, company in {
                (line.order_id.partner_id, line.company_id) for line in lines
            }
        }
        Account._post(
            [
                line._prepare_coworking_purchase(
                    passes[line.product_id, line.company_id],
                    accounts[line.order_id.partner_id, line.company_id],
                )
                for line in lines - bought.sale_line_id
            ]
        )
