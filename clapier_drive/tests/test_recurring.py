from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .shop_common import ShopCommon


@tagged("post_install", "-at_install")
class TestRecurring(ShopCommon):
    def _recurring(self, *lines, partner=None, **vals):
        """Return a recurring basket: ``lines`` are (offer, quantity, interval)."""
        return self.env["drive.recurring"].create(
            {
                "partner_id": (partner or self.family).id,
                "company_id": self.organisation.id,
                "schedule_id": self.schedule.id,
                "point_id": self.point.point_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": offer.product_id.id,
                            "quantity": quantity,
                            "interval": interval,
                        }
                    )
                    for offer, quantity, interval in lines
                ],
                **vals,
            }
        )

    def _families(self, count):
        return self.env["res.partner"].create(
            [{"name": f"Family {rank}"} for rank in range(count)]
        )

    def test_a_basket_is_made_ordered_and_told_once(self):
        recurring = self._recurring((self.carrots, 2, 1))
        order = recurring._make(self.cycle)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, 4)
        self.assertTrue(order.drive_is_held)
        self.assertEqual(order.drive_amount_due, 4)
        notice = self.env["drive.notice"].search([("order_id", "=", order.id)])
        self.assertEqual(notice.kind, "recurring")
        self.assertFalse(recurring._make(self.cycle))
        self._run_cron("cron_recurring_make")
        self.assertEqual(len(recurring.order_ids), 1)

    def test_the_cron_makes_the_baskets_of_open_cycles(self):
        recurring = self._recurring((self.carrots, 2, 1))
        self._run_cron("cron_recurring_make")
        self.assertEqual(recurring.order_ids.drive_cycle_id, self.cycle)

    def test_every_second_cycle(self):
        recurring = self._recurring((self.carrots, 1, 2), (self.honey, 1, 1))
        self.cycle.number = 1
        order = recurring._make(self.cycle)
        self.assertEqual(order.order_line.drive_offer_id, self.honey)

    def test_a_pause_orders_nothing(self):
        recurring = self._recurring((self.carrots, 1, 1), pause_start="2027-03-10")
        self.assertFalse(recurring._make(self.cycle))
        recurring = self._recurring(
            (self.carrots, 1, 1),
            partner=self._families(1),
            pause_start="2027-03-01",
            pause_stop="2027-03-10",
        )
        self.assertTrue(recurring._make(self.cycle))

    def test_what_is_not_offered_or_sold_out_is_left_out_and_said(self):
        self._create_basket(self.cycle, [(self.honey, 2)])
        gone = self._create_offer(self.cycle, active=False)
        recurring = self._recurring(
            (self.carrots, 1, 1), (self.honey, 3, 1), (gone, 1, 1)
        )
        order = recurring._make(self.cycle)
        self.assertEqual(
            {
                line.drive_offer_id: line.product_uom_qty
                for line in order.drive_line_ids
            },
            {self.carrots: 1, self.honey: 1},
        )
        notice = self.env["drive.notice"].search([("order_id", "=", order.id)])
        self.assertIn(gone.product_id.name, notice.text)
        self.assertIn("Honey", notice.text)

    def test_the_credit_pays_first(self):
        self._give_credit(3)
        recurring = self._recurring((self.carrots, 2, 1), payment="credit")
        order = recurring._make(self.cycle)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.drive_amount_due, 1)
        self.assertEqual(self._balance(), 0)

    def test_without_payment_at_pickup_only_the_credit_orders(self):
        self.policy.pay_at_pickup = False
        poor, rich = self._families(2)
        self._give_credit(10, rich)
        recurrings = self._recurring(
            (self.carrots, 2, 1), partner=poor, payment="credit"
        ) | self._recurring((self.carrots, 2, 1), partner=rich, payment="credit")
        orders = recurrings._make(self.cycle)
        states = {order.partner_id: order.state for order in orders}
        self.assertEqual(states, {poor: "draft", rich: "sale"})
        notice = self.env["drive.notice"].search([("partner_id", "=", poor.id)])
        self.assertTrue(notice.text)

    @mute_logger("odoo.sql_db")
    def test_three_families_want_two_pots_of_honey(self):
        self.honey.quantity_max = 2
        recurrings = self.env["drive.recurring"].union(
            *(
                self._recurring((self.honey, 1, 1), partner=family)
                for family in self._families(3)
            )
        )
        orders = recurrings._make(self.cycle)
        self.assertEqual(sorted(orders.mapped("state")), ["draft", "sale", "sale"])
        self.assertEqual(self.honey.quantity_held, 2)

    def test_making_from_a_basket_does_not_order_it_again(self):
        basket = self._cart((self.carrots, 3))
        basket._drive_confirm_at_pickup()
        recurring = self.env["drive.recurring"]._from_basket(basket)
        self.assertEqual(recurring.line_ids.quantity, 3)
        self._run_cron("cron_recurring_make")
        self.assertFalse(recurring.order_ids)
        self.assertEqual(self.env["drive.recurring"]._from_basket(basket), recurring)

    def test_searches_do_not_grow_with_families(self):
        small = self.env["drive.recurring"].union(
            *(
                self._recurring((self.carrots, 1, 1), partner=family)
                for family in self._families(2)
            )
        )
        large = self.env["drive.recurring"].union(
            *(
                self._recurring((self.carrots, 1, 1), partner=family)
                for family in self._families(12)
            )
        )
        self.env.flush_all()
        counts = []
        small._prepare_baskets(self.cycle)
        for recurrings in (small, large):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            recurrings._prepare_baskets(self.cycle)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
