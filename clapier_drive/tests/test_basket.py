from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestBasket(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cycle = cls._create_cycle()
        cls.offer = cls._create_offer(cls.cycle, quantity_max=10)

    def test_confirmed_basket_holds_what_it_takes(self):
        basket = self._create_basket(self.cycle, [(self.offer, 3)])
        self.assertEqual(self.offer.quantity_held, 3)
        self.assertEqual(basket.state, "sale")
        self.assertEqual(basket.amount_total, 9)
        self.assertEqual(self.cycle.point_ids.crate_held, 1)

    def test_no_stock_rule_runs(self):
        basket = self._create_basket(self.cycle, [(self.offer, 3)])
        self.assertFalse(basket.picking_ids)
        self.assertEqual(basket.order_line.qty_delivered_method, "manual")

    @mute_logger("odoo.sql_db")
    def test_no_more_than_there_is(self):
        self._create_basket(self.cycle, [(self.offer, 8)])
        basket = self._create_basket(self.cycle, [(self.offer, 3)], confirm=False)
        with self.assertRaisesRegex(UserError, r"Product \(2"):
            basket.action_confirm()
        self.assertEqual(self.offer.quantity_held, 8)

    @mute_logger("odoo.sql_db")
    def test_edited_basket_holds_the_difference(self):
        basket = self._create_basket(self.cycle, [(self.offer, 3)])
        basket._drive_add(self.offer, 7)
        self.assertEqual(self.offer.quantity_held, 7)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            basket._drive_add(self.offer, 11)
        basket.invalidate_recordset()
        self.assertEqual(self.offer.quantity_held, 7)
        basket._drive_add(self.offer, 0)
        self.assertEqual(self.offer.quantity_held, 0)
        self.assertEqual(self.cycle.point_ids.crate_held, 0)

    def test_cancelled_basket_gives_back(self):
        basket = self._create_basket(self.cycle, [(self.offer, 3)])
        basket._action_cancel()
        self.assertEqual(self.offer.quantity_held, 0)
        self.assertEqual(self.cycle.point_ids.crate_held, 0)

    def test_reserved_basket_gives_back_when_it_is_not_paid(self):
        basket = self._create_basket(self.cycle, [(self.offer, 3)], confirm=False)
        basket._drive_reserve()
        self.assertEqual(self.offer.quantity_held, 3)
        with freeze_time("2027-03-05 08:31:00"):
            self._run_cron("cron_order_release")
        self.assertEqual(self.offer.quantity_held, 0)
        self.assertFalse(basket.drive_is_held)

    def test_deleted_line_gives_back(self):
        basket = self._create_basket(self.cycle, [(self.offer, 3)], confirm=False)
        basket._drive_reserve()
        basket.order_line.unlink()
        self.assertEqual(self.offer.quantity_held, 0)

    @mute_logger("odoo.sql_db")
    def test_room_at_the_point(self):
        product = self._create_product(volume=0.03, drive_is_cold=True)
        offer = self._create_offer(self.cycle, product=product)
        point = self.cycle.point_ids
        point.write({"crate_max": 2, "cold_max": 90})
        self._create_basket(self.cycle, [(offer, 2)])
        self.assertEqual((point.crate_held, point.cold_held), (2, 60))
        with self.assertRaisesRegex(UserError, "room"):
            self._create_basket(self.cycle, [(offer, 1)])
        self.assertEqual((point.crate_held, point.cold_held), (2, 60))

    def test_basket_moves_to_another_point(self):
        other = self._create_points(1)
        cycle = self._create_cycle(
            self._create_points(1) | other, date_pickup="2027-03-12"
        )
        offer = self._create_offer(cycle)
        basket = self._create_basket(cycle, [(offer, 1)])
        first, second = cycle.point_ids
        self.assertEqual((first.crate_held, second.crate_held), (1, 0))
        basket.drive_cycle_point_id = second
        self.assertEqual((first.crate_held, second.crate_held), (0, 1))

    def test_bad_baskets_are_refused(self):
        step = self._create_offer(self.cycle, step=0.5, quantity_min=1)
        elsewhere = self._create_offer(self._create_cycle(date_pickup="2027-03-12"))
        basket = self._create_basket(self.cycle, confirm=False)
        for case, offer, quantity in (
            ("below the minimum", step, 0.5),
            ("off the step", step, 1.3),
            ("other cycle", elsewhere, 1),
        ):
            with self.subTest(case=case), self.assertRaises(UserError):
                basket._drive_add(offer, quantity)
        step.active = False
        with self.assertRaises(UserError):
            basket._drive_add(step, 1)
        basket._drive_add(self.offer, 1)
        basket.drive_cycle_point_id = False
        with self.assertRaisesRegex(UserError, "point"):
            basket.action_confirm()

    def test_closed_cycle_takes_no_orders(self):
        basket = self._create_basket(self.cycle, [(self.offer, 1)], confirm=False)
        for now in ("2027-03-01 08:00:00", "2027-03-09 21:00:00"):
            with self.subTest(now=now), freeze_time(now):
                self.cycle.invalidate_recordset(["is_open"])
                with self.assertRaises(UserError):
                    basket.action_confirm()
                with self.assertRaises(UserError):
                    basket._drive_add(self.offer, 2)

    def test_paid_in_time_is_confirmed_after_the_cut_off(self):
        basket = self._create_basket(self.cycle, [(self.offer, 1)], confirm=False)
        with freeze_time("2027-03-09 20:59:00"):
            basket._drive_reserve()
        with freeze_time("2027-03-09 21:05:00"):
            basket.action_confirm()
        self.assertEqual(basket.state, "sale")

    def test_producer_may_close_earlier(self):
        self.env["drive.cycle.producer"].create(
            {
                "cycle_id": self.cycle.id,
                "partner_id": self.offer.producer_id.id,
                "cutoff_at": "2027-03-05 07:00:00",
            }
        )
        with self.assertRaisesRegex(UserError, "Producer"):
            self._create_basket(self.cycle, [(self.offer, 1)])

    def test_piece_charged_by_weight_is_ordered_at_its_expected_weight(self):
        offer = self._create_offer(
            self.cycle, by_weight=True, weight_expected=1.5, price=10
        )
        basket = self._create_basket(self.cycle, [(offer, 2)])
        self.assertEqual(basket.amount_total, 30)

    def test_small_volumes_count(self):
        milk = self._create_product("Milk", volume=0.0011, drive_is_cold=True)
        offer = self._create_offer(self.cycle, product=milk)
        basket = self._create_basket(self.cycle, [(offer, 2)])
        self.assertEqual(basket.drive_held_cold, 2.2)
        self.assertEqual(self.cycle.point_ids.cold_held, 2.2)
