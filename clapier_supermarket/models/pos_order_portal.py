from odoo import models
from odoo.fields import Domain


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _supermarket_portal_domain(self, partner):
        """Return the domain of the purchases ``partner`` may read on the portal.

        Only their own: what the other people of a household bought stays theirs. Orders hold
        margins and costs, hence no access rights for portal users: the controllers search
        with this domain as superuser and show what a receipt shows.

        :param partner: res.partner record of the logged-in person
        """
        return Domain("partner_id", "=", partner.id) & Domain(
            "state", "in", ("paid", "done")
        )

    def _supermarket_vat_summary(self):
        """Return the VAT of one order, one row per rate, as a receipt prints it.

        :return: list of dicts ``{"name", "base", "tax"}``, amounts in the order's currency,
            negative on a refund
        """
        self.ensure_one()
        AccountTax = self.env["account.tax"]
        base_lines = self.lines._prepare_tax_base_line_values()
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        totals = AccountTax._get_tax_totals_summary(
            base_lines, self.currency_id, self.company_id
        )
        sign = (
            -1 if self.amount_total < 0 else 1
        )  # the tax engine counts refunds positive
        return [
            {
                "name": group["group_name"],
                "base": sign * group["display_base_amount_currency"],
                "tax": sign * group["tax_amount_currency"],
            }
            for subtotal in totals["subtotals"]
            for group in subtotal["tax_groups"]
        ]
