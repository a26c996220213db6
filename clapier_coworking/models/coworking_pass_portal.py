from odoo import api, models
from odoo.fields import Command


class CoworkingPass(models.Model):
    """Passes that people buy on the portal."""

    _inherit = "coworking.pass"

    @api.model
    def _portal_passes(self, company):
        """Return the passes on sale at a company, in sudo."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("product_id.sale_ok", "=", True)]
        )

    def _portal_buy(self, partner, key):
        """Return the order by which a person buys this pass, in sudo.

        Paid online, it puts the pass on their account; who books on invoice has it at once.

        :param key: random, of the form: posted twice, it makes one order
        """
        self.ensure_one()
        orders_sudo = self.env["sale.order"].sudo()
        order_sudo = orders_sudo.search(
            [("coworking_key", "=", key), ("partner_id", "=", partner.id)]
        )
        if order_sudo:
            return order_sudo
        order_sudo = orders_sudo.with_company(self.company_id).create(
            {
                "partner_id": partner.id,
                "company_id": self.company_id.id,
                "coworking_key": key,
                "require_signature": False,
                "require_payment": True,
                "prepayment_percent": 1.0,
                "order_line": [
                    Command.create(
                        {"product_id": self.product_id.id, "product_uom_qty": 1}
                    )
                ],
            }
        )
        if partner.sudo().commercial_partner_id.coworking_invoice_allowed:
            order_sudo.action_confirm()
        else:
            order_sudo.action_quotation_sent()
        return order_sudo
