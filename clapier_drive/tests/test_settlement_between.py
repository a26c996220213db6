from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..drive_cents import to_cents
from .settlement_common import AFTER, ORDERING, SettlementCommon


@tagged("post_install", "-at_install")
class TestSettlementBetween(SettlementCommon):
    @freeze_time(AFTER)
    def test_shelf_products_leave_the_stock_of_the_shop_by_real_invoices(self):
        shop = self.env["res.company"].create(
            {"name": "Shop", "country_id": self.env.ref("base.fr").id}
        )
        self.env["account.chart.template"].try_loading(
            "fr", company=shop, install_demo=False
        )
        product = self._create_product(
            "Coffee", supplier_taxes_id=[Command.set(self.purchase_tax.ids)]
        )
        shelf = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", shop.id)], limit=1)
            .lot_stock_id
        )
        self.env["stock.quant"].with_company(shop)._update_available_quantity(
            product, shelf, 10
        )
        with freeze_time(ORDERING):
            cycle = self._create_cycle()
            offer = self._create_offer(
                cycle, product, shop.partner_id, price=5, purchase_price=3.5
            )
            self._create_basket(cycle, [(offer, 4)])
            cycle.action_close()
        sale = cycle.producer_ids.purchase_id.drive_sale_id.sudo()
        self.assertEqual((sale.company_id, sale.state), (shop, "sale"))
        self.assertEqual(sale.partner_id, self.organisation.partner_id)
        cycle.reception_ids.quantity_received = 3
        cycle.action_share()
        cycle.action_validate()
        cycle.action_settle()
        self.assertEqual(product.with_context(location=shelf.id).qty_available, 7)
        settlement = cycle.settlement_ids
        settlement.action_validate()
        invoice = settlement.company_move_id.sudo()
        self.assertEqual(invoice.company_id, shop)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(
            to_cents(invoice.amount_untaxed),
            to_cents(settlement.move_id.amount_untaxed),
        )
        self.assertEqual(to_cents(invoice.amount_untaxed), 1050)
