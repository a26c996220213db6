from odoo import models
from odoo.fields import Command


class DriveCycle(models.Model):
    """What a cycle orders from another organisation of the hub, such as the shop's shelves.

    It is a producer like others; in its own books it has a sale order, which leaves its
    stock when the goods are received, and a real invoice when they are settled.
    """

    _inherit = "drive.cycle"

    def _order_from_producers(self):
        """Override to make the sale orders of the organisations that are ordered from."""
        result = super()._order_from_producers()
        purchases = self.producer_ids.purchase_id.filtered(
            lambda purchase: purchase.state == "purchase"
        )
        companies = self._companies_of(purchases.partner_id)
        for purchase in purchases:
            company = companies.get(purchase.partner_id.commercial_partner_id)
            if company and not purchase.drive_sale_id:
                purchase.sudo().drive_sale_id = self._sell_between(purchase, company)
        return result

    def _companies_of(self, partners):
        """Return the organisations behind these partners: {partner: res.company}."""
        return {
            company.partner_id: company
            for company in self.env["res.company"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.commercial_partner_id.ids),
                    ("id", "!=", self.company_id.id),
                ]
            )
        }

    def _sell_between(self, purchase, company):
        """Return the sale order that answers a purchase order, confirmed."""
        order_sudo = (
            self.env["sale.order"]
            .sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                tracking_disable=True,
                mail_create_nosubscribe=True,
            )
            .create(
                {
                    "partner_id": self.company_id.partner_id.id,
                    "company_id": company.id,
                    "client_order_ref": purchase.name,
                    "origin": purchase.name,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "product_uom_qty": line.product_qty,
                                "product_uom_id": line.product_uom_id.id,
                                "price_unit": line.price_unit,
                            }
                        )
                        for line in purchase.order_line
                    ],
                }
            )
        )
        for line_sudo in order_sudo.order_line:
            line_sudo.price_unit = line_sudo._drive_price_with_taxes(
                line_sudo.price_unit
            )
        order_sudo.action_confirm()
        return order_sudo

    def _receive_goods(self):
        """Override to take out of the other organisations' stock what has come."""
        result = super()._receive_goods()
        counted = {
            (reception.producer_id, reception.product_id): reception.quantity_received
            for reception in self.reception_ids
        }
        for purchase in self.producer_ids.purchase_id.sudo().filtered("drive_sale_id"):
            company = purchase.drive_sale_id.company_id
            moves = purchase.drive_sale_id.picking_ids.move_ids.with_company(company)
            moves.with_context(allowed_company_ids=company.ids)._drive_finish(
                {
                    move: counted.get((purchase.partner_id, move.product_id), 0.0)
                    for move in moves
                }
            )
        return result
