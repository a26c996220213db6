from odoo.tests import HttpCase, tagged

from .shop_common import ShopCommon


@tagged("post_install", "-at_install")
class TestShopTours(ShopCommon, HttpCase):
    def test_a_family_orders_edits_and_pays(self):
        self.website.domain = self.base_url()
        self.family.write({"email": "family@example.com", "phone": "0600000000"})
        provider = self.env.ref("payment.payment_provider_transfer")
        provider.copy({"company_id": self.organisation.id}).write(
            {"state": "test", "is_published": True}
        )
        self._give_credit(4)
        self.start_tour("/shop", "drive_family_orders", login="family")
        self.env.invalidate_all()
        basket = self.env["sale.order"].search([("partner_id", "=", self.family.id)])
        # Two carrots at 2, two pots of honey at 8, a gift of 5; 4 from the credit.
        self.assertEqual(basket.state, "sale")
        self.assertEqual(basket.amount_total, 21)
        self.assertEqual(self._balance(), 0)
        self.assertEqual(self.honey.quantity_held, 2)
        self.assertEqual(self.env["drive.fund"]._balance(self.organisation), 5)
        self.assertEqual(basket.transaction_ids.amount, 21)
        self._pay(basket, 21)
        self.assertEqual(basket.drive_amount_due, 0)
