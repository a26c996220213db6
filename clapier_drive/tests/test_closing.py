from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestClosing(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cycle = cls._create_cycle()
        cls.farm = cls._create_producer("Farm")
        cls.dairy = cls._create_producer("Dairy")
        cls.carrots = cls._create_offer(cls.cycle, producer=cls.farm)
        cls.leeks = cls._create_offer(cls.cycle, producer=cls.farm)
        cls.milk = cls._create_offer(cls.cycle, producer=cls.dairy, purchase_price=1)

    def _producer(self, partner):
        return self.cycle.producer_ids.filtered(lambda line: line.partner_id == partner)

    def _fill(self):
        return self._create_basket(
            self.cycle, [(self.carrots, 2), (self.milk, 1)]
        ) | self._create_basket(self.cycle, [(self.carrots, 3), (self.leeks, 1)])

    def test_one_purchase_order_per_producer(self):
        baskets = self._fill()
        unpaid = self._create_basket(self.cycle, [(self.carrots, 5)], confirm=False)
        unpaid._drive_reserve()
        with freeze_time("2027-03-09 21:00:00"):
            self._run_cron("cron_cycle_close")
        self.assertEqual(self.cycle.state, "closed")
        self.assertTrue(all(baskets.mapped("locked")))
        self.assertFalse(unpaid.drive_is_held)
        farm, dairy = self._producer(self.farm), self._producer(self.dairy)
        self.assertEqual((farm.state, farm.amount), ("ordered", 12))
        self.assertEqual(farm.purchase_id.state, "purchase")
        self.assertEqual(
            {line.product_id: line.product_qty for line in farm.purchase_id.order_line},
            {self.carrots.product_id: 5, self.leeks.product_id: 1},
        )
        self.assertEqual(dairy.purchase_id.amount_untaxed, 1)
        self.assertEqual((self.cycle.basket_count, self.cycle.line_count), (2, 4))
        self.assertEqual((self.cycle.crate_count, self.cycle.volunteer_count), (2, 1))

    def test_closing_twice_changes_nothing(self):
        self._fill()
        self.cycle.action_close()
        purchases = self.cycle.producer_ids.purchase_id
        self.cycle.action_close()
        self.cycle._close()
        self.assertEqual(
            self.env["purchase.order"].search([("drive_cycle_id", "=", self.cycle.id)]),
            purchases,
        )

    def test_missed_minimum_orders_nothing_and_says_so(self):
        baskets = self._fill()
        self.env["drive.cycle.producer"].create(
            {
                "cycle_id": self.cycle.id,
                "partner_id": self.dairy.id,
                "amount_min": 1.01,
            }
        )
        self.cycle.action_close()
        dairy = self._producer(self.dairy)
        self.assertEqual((dairy.state, dairy.amount), ("missed", 1))
        self.assertFalse(dairy.purchase_id)
        line = baskets.order_line.filtered(
            lambda item: item.drive_offer_id == self.milk
        )
        self.assertEqual((line.drive_rule, line.drive_given_qty), ("minimum", 0))

    def test_nobody_ordered(self):
        self.env["drive.cycle.producer"].create(
            {"cycle_id": self.cycle.id, "partner_id": self.farm.id}
        )
        self.cycle.action_close()
        self.assertEqual(self.cycle.state, "closed")
        self.assertEqual(self._producer(self.farm).state, "nothing")

    def test_statements_do_not_grow_with_baskets(self):
        counts = []
        for baskets in (1, 8):
            cycle = self._create_cycle(date_pickup=f"2027-03-{11 + baskets}")
            offers = [
                self._create_offer(cycle, producer=self.farm),
                self._create_offer(cycle, producer=self.dairy),
            ]
            for _number in range(baskets):
                self._create_basket(cycle, [(offer, 1) for offer in offers])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cycle._close()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_not_before_the_opening_and_not_after_orders(self):
        later = self._create_cycle(
            date_pickup="2027-04-01",
            open_at="2027-03-20 08:00:00",
            cutoff_at="2027-03-30 08:00:00",
            preparation_at="2027-04-01 08:00:00",
        )
        with self.assertRaises(UserError):
            later.action_close()
        later.action_cancel()
        self.assertEqual(later.state, "cancelled")
        self._fill()
        with self.assertRaises(UserError):
            self.cycle.action_cancel()
