import uuid
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

COMPANY = "Races of packing (test)"
NAIVE_TABLE = "drive_test_naive_packing"
PHONES = 4


@tagged("post_install", "-at_install")
class TestPackingRaces(RaceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            company = company or env["res.company"].create({"name": COMPANY})
            env = env(context={"allowed_company_ids": company.ids})
            product = env["product.product"].create(
                {"name": "Raced", "type": "consu", "taxes_id": [Command.clear()]}
            )
            point = env["drive.point"].create(
                {
                    "name": "Raced",
                    "company_id": company.id,
                    "partner_id": company.partner_id.id,
                }
            )
            cycle = env["drive.cycle"].create(
                {
                    "company_id": company.id,
                    "date_pickup": now.date() + timedelta(days=3),
                    "open_at": now - timedelta(days=1),
                    "cutoff_at": now + timedelta(days=1),
                    "preparation_at": now + timedelta(days=2),
                    "point_ids": [
                        Command.create(
                            {
                                "point_id": point.id,
                                "start": now + timedelta(days=3),
                                "stop": now + timedelta(days=3, hours=2),
                                "crate_max": 100,
                                "cold_max": 0,
                            }
                        )
                    ],
                    "offer_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "producer_id": company.partner_id.id,
                                "price": 2,
                                "purchase_price": 1,
                            }
                        )
                    ],
                }
            )
            for number in range(3 * PHONES):
                basket = env["sale.order"].create(
                    {
                        "partner_id": env["res.partner"]
                        .create({"name": f"Family {number}"})
                        .id,
                        "company_id": company.id,
                        "drive_cycle_id": cycle.id,
                        "drive_cycle_point_id": cycle.point_ids.id,
                    }
                )
                basket._drive_add(cycle.offer_ids, 1)
                basket.action_confirm()
            cycle.action_close()
            cycle.action_share()
            cls.company_id, cls.cycle_id = company.id, cycle.id
            cls.offer_id = cycle.offer_ids.id
            cls.content_ids = cycle.crate_ids.line_ids.ids

    def _cycle(self, env):
        env = env(context={"allowed_company_ids": [self.company_id]})
        return env["drive.cycle"].browse(self.cycle_id)

    def _packing(self, content_ids, phone=None, keys=None):
        """Return a function that packs contents from one phone; it returns the results."""
        phone = phone or str(uuid.uuid4())
        keys = keys or [str(uuid.uuid4()) for _content in content_ids]

        def pack(env):
            answers = self._cycle(env)._take(
                phone,
                [
                    {"key": key, "kind": "pack", "content": content_id}
                    for key, content_id in zip(keys, content_ids, strict=True)
                ],
            )
            return [answer["result"] for answer in answers]

        return pack

    def _packed(self, content_ids):
        with self._transaction() as env:
            contents = env["drive.crate.line"].browse(content_ids)
            return (
                contents.mapped("packed_qty"),
                contents.order_line_id.mapped("drive_packed_qty"),
            )

    def test_several_phones_pack_one_crate_once(self):
        content_id = self.content_ids[0]
        results = self._at_once(
            *(self._packing([content_id]) for _number in range(PHONES))
        )
        self.assertEqual(sorted(results), [["already"]] * (PHONES - 1) + [["packed"]])
        self.assertEqual(self._packed([content_id]), ([1], [1]))

    def test_one_batch_sent_twice_at_once_counts_once(self):
        content_ids = self.content_ids[1:3]
        batch = self._packing(content_ids)
        results = self._at_once(batch, batch)
        self.assertEqual(results, [["packed"] * 2] * 2)
        self.assertEqual(self._packed(content_ids), ([1, 1], [1, 1]))
        with self._transaction() as env:
            self.assertEqual(
                env["drive.packing"].search_count(
                    [("crate_line_id", "in", content_ids)]
                ),
                2,
            )

    def test_batches_in_any_order_end_without_a_deadlock(self):
        content_ids = self.content_ids[3:6]
        results = self._at_once(
            self._packing(content_ids), self._packing(content_ids[::-1])
        )
        self.assertEqual(
            sorted(sum(results, [])), ["already"] * 3 + ["packed"] * 3, results
        )
        self.assertEqual(self._packed(content_ids), ([1] * 3, [1] * 3))

    def test_phones_that_ask_at_once_are_sent_to_different_crates(self):
        with self._transaction() as env:
            env["drive.policy"].create(
                {"company_id": self.company_id, "claim_count": 1}
            )

        def claiming():
            phone = str(uuid.uuid4())

            def claim(env):
                cycle = self._cycle(env)
                packer_id = cycle._see_packer(phone)
                return [row["id"] for row in cycle._claim(packer_id, self.offer_id)]

            return claim

        results = self._at_once(*(claiming() for _number in range(PHONES)))
        self.assertEqual(len({tuple(result) for result in results}), PHONES, results)
        self.assertTrue(all(len(result) == 1 for result in results), results)

    def test_reading_before_writing_would_pack_twice(self):
        self._create_naive_table(NAIVE_TABLE, "content_id")

        def pack_naively(env):
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            if not env.cr.fetchone()[0]:
                env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")

        self._at_once(*[pack_naively] * PHONES)
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            self.assertGreater(env.cr.fetchone()[0], 1)
