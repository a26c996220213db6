from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .shop_common import CLOSED, ShopCommon


@tagged("post_install", "-at_install")
class TestBasketPayment(ShopCommon):
    """What a basket costs, by which way it is paid, and what a change settles."""

    # --- Credit

    def test_the_card_shows_the_sum_of_the_ledger(self):
        self._give_credit(5)
        self.env["drive.credit"]._cards(self.family, self.organisation)
        self.assertEqual(self._card_points(), 5)
        self._give_credit(2.5)
        self.assertEqual(self._card_points(), 7.5)

    def test_the_credit_pays_a_part_and_is_taken_once_the_basket_is_ordered(self):
        self._give_credit(5)
        basket = self._cart((self.carrots, 4))
        basket._drive_use_credit()
        self.assertEqual(basket.amount_total, 3)
        self.assertEqual(self._balance(), 5)
        basket._drive_confirm_at_pickup()
        self.assertEqual(self._balance(), 0)
        self.assertEqual(self._card_points(), 0)
        self.assertEqual(basket.drive_amount_due, 3)
        self.assertEqual(basket.drive_payment, "pickup")

    def test_the_credit_pays_no_more_than_the_basket(self):
        self._give_credit(50)
        basket = self._cart((self.carrots, 4))
        basket._drive_use_credit()
        basket._drive_confirm_at_pickup()
        self.assertEqual(basket.drive_payment, "credit")
        self.assertEqual(basket.drive_amount_due, 0)
        self.assertEqual(self._balance(), 42)
        self.assertEqual(self._card_points(), 42)

    def test_what_is_missing_shows_on_the_card(self):
        self.env["drive.credit"]._cards(self.family, self.organisation)
        basket = self._cart((self.carrots, 4))
        basket._drive_confirm_at_pickup()
        with freeze_time("2027-03-11 14:00:00"):
            self.env.invalidate_all()
            self.cycle._close()
            self.cycle.reception_ids.write({"quantity_received": 1, "is_counted": True})
            self.cycle.action_share()
            self.cycle.action_validate()
        self.assertEqual(self._balance(), 6)
        self.assertEqual(self._card_points(), 6)

    def test_cents_of_credit_are_used(self):
        self._give_credit(0.4)
        basket = self._cart((self.carrots, 1))
        basket._drive_use_credit()
        self.assertEqual(basket.amount_total, 1.6)

    def test_a_credit_spent_elsewhere_meanwhile_is_not_spent_twice(self):
        self._give_credit(8)
        first = self._cart((self.carrots, 4))
        second = self._cart((self.carrots, 4))
        first._drive_use_credit()
        second._drive_use_credit()
        first._drive_confirm_at_pickup()
        second._drive_confirm_at_pickup()
        self.assertEqual(self._balance(), 0)
        self.assertEqual(first.drive_amount_due, 0)
        self.assertEqual(second.drive_amount_due, 8)

    def test_cancelling_gives_the_credit_back(self):
        self._give_credit(5)
        basket = self._cart((self.carrots, 4))
        basket._drive_use_credit()
        basket._drive_confirm_at_pickup()
        basket._action_cancel()
        self.assertEqual(self._balance(), 5)
        self.assertEqual(self._card_points(), 5)
        basket._action_cancel()
        self.assertEqual(self._balance(), 5)

    def test_ordering_twice_takes_the_credit_once(self):
        self._give_credit(5)
        basket = self._cart((self.carrots, 4))
        basket._drive_use_credit()
        basket._drive_confirm_at_pickup()
        basket._drive_confirm_at_pickup()
        self.assertEqual(len(basket.drive_credit_row_ids), 1)

    # --- Policy

    def test_payment_at_pickup_only_where_the_policy_allows_it(self):
        self.policy.pay_at_pickup = False
        basket = self._cart((self.carrots, 4))
        with self.assertRaises(UserError):
            basket._drive_confirm_at_pickup()
        self.assertEqual(basket.state, "draft")

    def test_a_basket_paid_online_is_ordered(self):
        basket = self._cart((self.carrots, 4))
        basket._drive_reserve()
        self._pay(basket, 8)
        self.assertEqual(basket.state, "sale")
        self.assertEqual(basket.drive_payment, "online")
        self.assertEqual(basket.drive_amount_due, 0)

    @mute_logger("odoo.sql_db")
    def test_money_that_comes_too_late_is_credited_once(self):
        basket = self._cart((self.honey, 3))
        self._create_basket(self.cycle, [(self.honey, 1)])
        transaction = self._pay(basket, 24)
        self.assertEqual(basket.state, "cancel")
        self.assertEqual(self._balance(), 24)
        transaction._check_amount_and_confirm_order()
        self.assertEqual(self._balance(), 24)
        notice = self.env["drive.notice"].search([("order_id", "=", basket.id)])
        self.assertEqual(notice.kind, "late")

    # --- Changes

    def test_what_is_taken_out_of_a_paid_basket_is_credited(self):
        basket = self._cart((self.carrots, 4))
        self._pay(basket, 8)
        basket._drive_set(self.carrots, 1)
        self.assertEqual(self._balance(), 6)
        self.assertEqual(basket.drive_amount_due, 0)

    def test_taking_out_and_putting_back_costs_nothing(self):
        basket = self._cart((self.carrots, 4))
        self._pay(basket, 8)
        basket._drive_set(self.carrots, 1)
        basket._drive_set(self.carrots, 4)
        self.assertEqual(self._balance(), 0)
        self.assertEqual(basket.drive_amount_due, 0)

    def test_what_is_added_is_due_at_pickup(self):
        basket = self._cart((self.carrots, 1))
        self._pay(basket, 2)
        basket._drive_set(self.carrots, 3)
        self.assertEqual(basket.drive_amount_due, 4)
        self.assertFalse(basket.drive_due_until)

    def test_what_is_added_and_not_paid_online_in_time_is_taken_out(self):
        self.policy.pay_at_pickup = False
        basket = self._cart((self.honey, 1))
        self._pay(basket, 8)
        basket._drive_set(self.honey, 3)
        self.assertTrue(basket.drive_due_until)
        self.assertEqual(self.honey.quantity_held, 3)
        with freeze_time("2027-03-08 13:00:00"):
            self.env["sale.order"]._cron_drive_release()
        self.assertEqual(self.honey.quantity_held, 1)
        self.assertEqual(basket.drive_amount_due, 0)
        self.assertEqual(basket.state, "sale")

    def test_what_is_added_and_paid_in_time_stays(self):
        self.policy.pay_at_pickup = False
        basket = self._cart((self.honey, 1))
        self._pay(basket, 8)
        basket._drive_set(self.honey, 2)
        self._pay(basket, 8)
        self.assertFalse(basket.drive_due_until)
        with freeze_time("2027-03-08 13:00:00"):
            self.env["sale.order"]._cron_drive_release()
        self.assertEqual(self.honey.quantity_held, 2)

    def test_closing_takes_out_what_is_not_paid(self):
        self.policy.pay_at_pickup = False
        basket = self._cart((self.carrots, 1))
        self._pay(basket, 2)
        basket._drive_set(self.carrots, 5)
        with freeze_time(CLOSED):
            self.cycle._close()
        self.assertEqual(basket.order_line.product_uom_qty, 1)

    def test_the_due_can_be_paid_from_the_credit(self):
        basket = self._cart((self.carrots, 1))
        self._pay(basket, 2)
        self._give_credit(3)
        basket._drive_set(self.carrots, 3)
        basket._drive_pay_due_with_credit()
        self.assertEqual(basket.drive_amount_due, 1)
        self.assertEqual(self._balance(), 0)
        basket._drive_pay_due_with_credit()
        self.assertEqual(basket.drive_amount_due, 1)

    def test_a_smaller_basket_gives_back_the_credit_it_does_not_need(self):
        self._give_credit(8)
        basket = self._cart((self.carrots, 4))
        basket._drive_use_credit()
        basket._drive_confirm_at_pickup()
        basket._drive_set(self.carrots, 1)
        self.assertEqual(basket.amount_total, 0)
        self.assertEqual(self._balance(), 6)
        self.assertEqual(self._card_points(), 6)

    def test_cancelling_credits_what_was_paid_by_any_way_to_the_cent(self):
        self._give_credit(3)
        basket = self._cart((self.carrots, 4))
        basket._drive_use_credit()
        self._pay(basket, 5)
        basket._drive_set(self.carrots, 1)
        self.assertEqual(basket.drive_amount_due, 0)
        basket._action_cancel()
        self.assertEqual(self._balance(), 8)

    def test_after_the_cutoff_nothing_changes(self):
        basket = self._cart((self.carrots, 4))
        basket._drive_confirm_at_pickup()
        self.env.invalidate_all()
        with freeze_time(CLOSED):
            with self.assertRaises(UserError):
                basket._drive_set(self.carrots, 1)
            with self.assertRaises(UserError):
                basket._drive_check_can_change()
        self.assertEqual(basket.order_line.product_uom_qty, 4)

    # --- Gifts and fees

    def test_a_gift_feeds_the_fund_and_cancelling_takes_it_back(self):
        basket = self._cart((self.carrots, 1))
        basket._drive_set_extra("gift", 5)
        self.assertEqual(self.env["drive.fund"]._balance(self.organisation), 0)
        basket._drive_confirm_at_pickup()
        self.assertEqual(self.env["drive.fund"]._balance(self.organisation), 5)
        self.assertEqual(basket.amount_total, 7)
        basket._action_cancel()
        self.assertEqual(self.env["drive.fund"]._balance(self.organisation), 0)

    def test_the_fee_of_the_point_is_charged_once(self):
        self.point.point_id.fee = 1.5
        basket = self._cart((self.carrots, 1))
        basket._drive_choose_point(self.point)
        basket._drive_choose_point(self.point)
        self.assertEqual(basket.amount_total, 3.5)
        self.point.point_id.fee = 0
        basket._drive_choose_point(self.point)
        self.assertEqual(basket.amount_total, 2)

    def test_the_frozen_price_outlives_a_recomputation(self):
        basket = self._cart((self.carrots, 2))
        basket._drive_set_extra("gift", 5)
        self.carrots.product_id.list_price = 99
        basket._recompute_cart()
        self.assertEqual(basket.amount_total, 9)
