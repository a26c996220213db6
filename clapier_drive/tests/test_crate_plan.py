from odoo.tests import freeze_time, tagged

from .common import DriveCommon


class PrepareCommon(DriveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.points = cls._create_points(2)
        cls.cycle = cls._create_cycle(points=cls.points)
        cls.dry = cls._create_offer(
            cls.cycle, cls._create_product("Pumpkin", weight=5, volume=0.005)
        )
        cls.cold = cls._create_offer(
            cls.cycle,
            cls._create_product("Yogurt", weight=1, volume=0.001, drive_is_cold=True),
        )

    @classmethod
    def _contents(cls, basket):
        """Return what is in the crates of a basket: {(cold, rank): {offer: quantity}}."""
        return {
            (crate.is_cold, crate.rank): {
                line.offer_id: line.quantity for line in crate.line_ids
            }
            for crate in basket.drive_crate_ids
        }


@tagged("post_install", "-at_install")
@freeze_time("2027-03-05 08:00:00")
class TestCratePlan(PrepareCommon):
    def test_crates_are_planned_when_the_cycle_closes(self):
        later = self._create_basket(
            self.cycle, [(self.dry, 4), (self.cold, 2)], point=self.cycle.point_ids[1]
        )
        first = self._create_basket(self.cycle, [(self.cold, 1)])
        unpaid = self._create_basket(self.cycle, [(self.dry, 1)], confirm=False)
        self.assertFalse(self.cycle.crate_ids)
        self.cycle.action_close()
        self.assertEqual(
            self._contents(later),
            {
                (False, 1): {self.dry: 3},
                (False, 2): {self.dry: 1},
                (True, 1): {self.cold: 2},
            },
        )
        self.assertEqual(self._contents(first), {(True, 1): {self.cold: 1}})
        self.assertFalse(unpaid.drive_crate_ids)
        # Crates are numbered point after point.
        self.assertEqual(first.drive_crate_ids.number, 1)
        self.assertEqual(later.drive_crate_ids.mapped("number"), [2, 3, 4])
        self.assertEqual(self.cycle.crate_count, 4)
        self.assertEqual(first.drive_crate_ids.cycle_point_id, self.cycle.point_ids[0])
        self.assertEqual(first.drive_crate_ids.state, "empty")
        for crate in self.cycle.crate_ids:
            self.assertGreaterEqual(len(crate.token), 22)

    def test_planned_again_a_crate_keeps_its_number_and_its_code(self):
        basket = self._create_basket(self.cycle, [(self.dry, 4), (self.cold, 2)])
        self.cycle.action_close()
        before = {
            (crate.is_cold, crate.rank): (crate.number, crate.token)
            for crate in basket.drive_crate_ids
        }
        reception = self.cycle.reception_ids.filtered(
            lambda reception: reception.offer_id == self.dry
        )
        reception.quantity_received = 2
        self.cycle.action_share()
        self.assertEqual(
            self._contents(basket),
            {(False, 1): {self.dry: 2}, (True, 1): {self.cold: 2}},
        )
        for crate in basket.drive_crate_ids:
            self.assertEqual(
                before[crate.is_cold, crate.rank], (crate.number, crate.token)
            )
        reception.quantity_received = 4
        self.cycle.action_share()
        self.assertEqual(len(basket.drive_crate_ids), 3)

    def test_once_something_is_packed_crates_stay(self):
        basket = self._create_basket(self.cycle, [(self.dry, 4)])
        self.cycle.action_close()
        crates = basket.drive_crate_ids
        self.cycle.preparation_started_at = "2027-03-11 13:00:00"
        reception = self.cycle.reception_ids
        for received, expected in ((1, [1, 0]), (4, [4, 0]), (0, [0, 0])):
            reception.quantity_received = received
            self.cycle.action_share()
            with self.subTest(received=received):
                self.assertEqual(basket.drive_crate_ids, crates)
                self.assertEqual(crates.line_ids.mapped("quantity"), expected)

    def test_statements_do_not_grow_with_baskets(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            self.cycle.company_id.name, self.cycle.date_pickup  # noqa: B018
            before = self.env.cr.sql_log_count
            self.cycle._plan_crates()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        for _number in range(2):
            self._create_basket(self.cycle, [(self.dry, 1)])
        few = count()
        for _number in range(12):
            self._create_basket(self.cycle, [(self.dry, 4), (self.cold, 1)])
        self.assertLessEqual(count(), few)
        self.assertEqual(len(self.cycle.crate_ids), 2 + 12 * 3)

    def test_everything_ordered_is_in_a_crate(self):
        baskets = self.env["sale.order"].union(
            *(
                self._create_basket(
                    self.cycle, [(self.dry, number), (self.cold, 3 * number)]
                )
                for number in range(1, 6)
            )
        )
        self.cycle.action_close()
        for line in baskets.order_line:
            contents = self.env["drive.crate.line"].search(
                [("order_line_id", "=", line.id)]
            )
            self.assertEqual(sum(contents.mapped("quantity")), line.product_uom_qty)
            self.assertEqual(
                set(contents.crate_id.mapped("is_cold")),
                {line.product_id.drive_is_cold},
            )
