from dateutil.relativedelta import relativedelta

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _prepare_coworking_purchase(self, item, account):
        """Return the ledger row of what this line puts on an account.

        :param item: coworking.pass record
        :param account: coworking.account record
        """
        self.ensure_one()
        today = self.company_id._coworking_today()
        currency = self.order_id.currency_id
        return {
            "account_id": account.id,
            "unit": item.unit,
            "kind": "purchase",
            "quantity": round(item.quantity * self.product_uom_qty, 2),
            "amount": currency._convert(
                self.price_subtotal, self.company_id.currency_id, self.company_id, today
            ),
            "date": today,
            "reference": f"{self.order_id.name} – {item.product_id.name}",
            "sale_line_id": self.id,
            "expires_on": item.validity_months
            and today + relativedelta(months=item.validity_months),
        }
