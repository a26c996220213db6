import secrets
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

PEOPLE = 12
NAIVE_TABLE = "foodshare_test_naive_portion"


@tagged("post_install", "-at_install")
class TestReservationRaces(RaceCommon):
    """The last portion, asked for by many at once; rows stay, in a company of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start = fields.Datetime.now() + timedelta(days=5)
        with cls._transaction() as env:
            company = env["res.company"].create(
                {"name": f"Races of meals (test) {secrets.token_hex(3)}"}
            )
            service = env["foodshare.service"].create(
                {
                    "company_id": company.id,
                    "start": start,
                    "stop": start + timedelta(hours=2),
                    "dish_ids": [
                        Command.create(
                            {
                                "portion_max": 1,
                                "product_id": env["product.product"]
                                .create(
                                    {
                                        "name": f"Raced dish {number}",
                                        "type": "consu",
                                        "taxes_id": [Command.clear()],
                                    }
                                )
                                .id,
                            }
                        )
                        for number in range(3)
                    ],
                }
            )
            cls.service_id, cls.dish_ids = service.id, service.dish_ids.ids
            cls.person_ids = (
                env["res.partner"]
                .create([{"name": f"Eater {rank}"} for rank in range(PEOPLE)])
                .ids
            )

    def _reservation(self, person_id, dish_ids):
        def reserve(env):
            dishes = env["foodshare.service.dish"].browse(dish_ids)
            return (
                env["foodshare.reservation"]
                ._reserve(
                    env["foodshare.service"].browse(self.service_id),
                    dict.fromkeys(dishes, 1),
                    env["res.partner"].browse(person_id),
                )
                .id
            )

        return reserve

    def test_last_portion_goes_to_one(self):
        results = self._at_once(
            *(self._reservation(id_, self.dish_ids[:1]) for id_ in self.person_ids)
        )
        won = [result for result in results if isinstance(result, int)]
        self.assertEqual(len(won), 1, results)
        self.assertTrue(all(isinstance(r, int | UserError) for r in results), results)

    def test_two_dishes_in_any_order_do_not_die_in_a_deadlock(self):
        pair = self.dish_ids[1:]
        results = self._at_once(
            *(
                self._reservation(id_, pair if rank % 2 else pair[::-1])
                for rank, id_ in enumerate(self.person_ids)
            )
        )
        self.assertEqual(sum(isinstance(result, int) for result in results), 1, results)

    def test_counting_first_oversells(self):
        """The naive twin: it shows that the test can fail."""
        self._create_naive_table(NAIVE_TABLE, "person")

        def reserve(person_id):
            def attempt(env):
                env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
                if env.cr.fetchone()[0] >= 1:
                    return None
                env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (%s)", [person_id])
                return person_id

            return attempt

        results = self._at_once(*(reserve(id_) for id_ in self.person_ids))
        self.assertGreater(sum(isinstance(r, int) for r in results), 1)
