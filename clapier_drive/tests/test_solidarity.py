from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .shop_common import ShopCommon


@tagged("post_install", "-at_install")
class TestSolidarity(ShopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.solidarity_rate = 25

    def _mark(self, **vals):
        return self.env["drive.solidarity"].create(
            {
                "partner_id": self.family.id,
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                **vals,
            }
        )

    def test_the_price_is_lower_and_nothing_says_why(self):
        self._mark()
        basket = self._cart((self.carrots, 2))
        self.assertEqual(basket.amount_total, 3)
        self.assertEqual(basket.order_line.discount, 0)
        basket._recompute_cart()
        self.assertEqual(basket.amount_total, 3)
        basket._drive_set(self.carrots, 4)
        self.assertEqual(basket.amount_total, 6)

    def test_others_pay_the_price(self):
        self._mark()
        basket = self._create_basket(self.cycle, [(self.carrots, 2)])
        self.assertEqual(basket.amount_total, 4)

    def test_it_ends(self):
        self._mark(date_stop="2027-03-01")
        self.assertEqual(self._cart((self.carrots, 2)).amount_total, 4)

    def test_lines_that_the_office_enters_have_it_too(self):
        self._mark()
        basket = self._cart()
        line = self.env["sale.order.line"].create(
            {"order_id": basket.id, "product_id": self.carrots.product_id.id}
        )
        self.assertEqual(line.price_unit, 1.5)

    def test_only_its_group_reads_who_pays_it(self):
        mark = self._mark()
        with self.assertRaises(AccessError):
            mark.with_user(self.user).read(["partner_id"])
        with self.assertRaises(AccessError):
            mark.with_user(self.family_user).read(["partner_id"])
        reader = new_test_user(
            self.env,
            login="solidarity",
            groups="clapier_drive.group_drive_solidarity",
            company_id=self.organisation.id,
            company_ids=self.organisation.ids,
        )
        self.assertEqual(mark.with_user(reader).partner_id, self.family)

    def test_a_gift_is_passed_on_once(self):
        giver = self._create_basket(self.cycle, [(self.carrots, 1)])
        giver._drive_set_extra("gift", 10)
        giver._drive_settle()
        grant = self.env["drive.fund.grant"].create(
            {
                "company_id": self.organisation.id,
                "partner_id": self.family.id,
                "amount": 7,
            }
        )
        self.assertEqual(grant.balance, 10)
        grant.action_grant()
        self.assertEqual(self._balance(), 7)
        self.assertEqual(self.env["drive.fund"]._balance(self.organisation), 3)
        with self.assertRaises(UserError):
            grant.action_grant()
        self.assertEqual(self._balance(), 7)

    def test_the_office_cannot_give_from_the_fund(self):
        with self.assertRaises(AccessError):
            self.env["drive.fund.grant"].with_user(self.user).create(
                {
                    "company_id": self.organisation.id,
                    "partner_id": self.family.id,
                    "amount": 7,
                }
            )
