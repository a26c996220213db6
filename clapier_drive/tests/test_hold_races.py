from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

COMPANY = "Races of baskets (test)"
NAIVE_TABLE = "drive_test_naive_basket"
FAMILIES = 12


@tagged("post_install", "-at_install")
class TestHoldRaces(RaceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            company = company or env["res.company"].create({"name": COMPANY})
            cls.company_id = company.id
            cls.product_ids = (
                env["product.product"]
                .create(
                    [
                        {
                            "name": f"Raced {number}",
                            "type": "consu",
                            "taxes_id": [Command.clear()],
                        }
                        for number in range(3)
                    ]
                )
                .ids
            )
            cls.family_ids = (
                env["res.partner"]
                .create([{"name": f"Family {rank}"} for rank in range(FAMILIES)])
                .ids
            )
            cls.point_id = (
                env["drive.point"]
                .create(
                    {
                        "name": "Raced",
                        "company_id": company.id,
                        "partner_id": company.partner_id.id,
                    }
                )
                .id
            )

    def _create_cycle(self, crates=100, **offer):
        """Return (cycle id, offer ids) of a cycle that is open."""
        now = fields.Datetime.now()
        with self._transaction() as env:
            cycle = env["drive.cycle"].create(
                {
                    "company_id": self.company_id,
                    "date_pickup": now.date() + timedelta(days=3),
                    "open_at": now - timedelta(days=1),
                    "cutoff_at": now + timedelta(days=1),
                    "preparation_at": now + timedelta(days=2),
                    "point_ids": [
                        Command.create(
                            {
                                "point_id": self.point_id,
                                "start": now + timedelta(days=3),
                                "stop": now + timedelta(days=3, hours=2),
                                "crate_max": crates,
                                "cold_max": 0,
                            }
                        )
                    ],
                    "offer_ids": [
                        Command.create(
                            {
                                "product_id": product_id,
                                "producer_id": self.family_ids[0],
                                "price": 2,
                                "purchase_price": 1,
                                **offer,
                            }
                        )
                        for product_id in self.product_ids
                    ],
                }
            )
            return cycle.id, cycle.offer_ids.ids

    def _ordering(self, cycle_id, family_id, quantities):
        """Return a function that confirms one basket: ``quantities`` is {offer id: count}."""

        def order(env):
            env = env(context={"allowed_company_ids": [self.company_id]})
            cycle = env["drive.cycle"].browse(cycle_id)
            basket = env["sale.order"].create(
                {
                    "partner_id": family_id,
                    "company_id": self.company_id,
                    "drive_cycle_id": cycle_id,
                    "drive_cycle_point_id": cycle.point_ids.id,
                }
            )
            for offer_id, quantity in quantities.items():
                basket._drive_add(env["drive.offer"].browse(offer_id), quantity)
            basket.action_confirm()
            return basket.id

        return order

    def test_the_last_unit_goes_to_one_family(self):
        for _round in range(2):
            cycle_id, offer_ids = self._create_cycle(quantity_max=1)
            results = self._at_once(
                *(
                    self._ordering(cycle_id, family_id, {offer_ids[0]: 1})
                    for family_id in self.family_ids
                )
            )
            refusals = [item for item in results if isinstance(item, UserError)]
            self.assertEqual(len(results) - len(refusals), 1, results)
            with self._transaction() as env:
                offer = env["drive.offer"].browse(offer_ids[0])
                self.assertEqual(offer.quantity_held, 1)
                self.assertEqual(offer.cycle_id.point_ids.crate_held, 1)

    def test_the_last_crate_of_a_point_goes_to_one_family(self):
        cycle_id, offer_ids = self._create_cycle(crates=1)
        results = self._at_once(
            *(
                self._ordering(cycle_id, family_id, {offer_ids[0]: 1})
                for family_id in self.family_ids
            )
        )
        self.assertEqual(
            len([item for item in results if not isinstance(item, UserError)]),
            1,
            results,
        )
        with self._transaction() as env:
            point = env["drive.cycle"].browse(cycle_id).point_ids
            self.assertEqual(point.crate_held, 1)

    def test_baskets_in_any_order_of_products_end_without_a_deadlock(self):
        cycle_id, offer_ids = self._create_cycle(quantity_max=50)
        results = self._at_once(
            *(
                self._ordering(
                    cycle_id,
                    family_id,
                    dict.fromkeys(offer_ids if rank % 2 else offer_ids[::-1], 1),
                )
                for rank, family_id in enumerate(self.family_ids[:6])
            )
        )
        self.assertFalse([item for item in results if not isinstance(item, int)])
        with self._transaction() as env:
            offers = env["drive.offer"].browse(offer_ids)
            self.assertEqual(offers.mapped("quantity_held"), [6, 6, 6])

    def test_a_cycle_closed_twice_at_once_orders_once(self):
        cycle_id, offer_ids = self._create_cycle()
        with self._transaction() as env:
            self._ordering(cycle_id, self.family_ids[1], {offer_ids[0]: 2})(env)

        def close(env):
            env["drive.cycle"].browse(cycle_id).with_context(
                allowed_company_ids=[self.company_id]
            ).action_close()
            return True

        results = self._at_once(close, close)
        self.assertEqual(results, [True, True])
        with self._transaction() as env:
            self.assertEqual(
                env["purchase.order"].search_count([("drive_cycle_id", "=", cycle_id)]),
                1,
            )

    def test_counting_before_inserting_would_oversell(self):
        self._create_naive_table(NAIVE_TABLE, "family_id")

        def order_naively(env):
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            if not env.cr.fetchone()[0]:
                env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")

        self._at_once(*[order_naively] * 4)
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            self.assertGreater(env.cr.fetchone()[0], 1)
