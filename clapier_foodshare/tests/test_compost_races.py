import secrets

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clapier_supermarket.tests.race_common import RaceCommon

TAPS = 8


@tagged("post_install", "-at_install")
class TestCompostRaces(RaceCommon):
    """One form sent by several taps, flushes noted by several people; rows stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].create(
                {"name": f"Races of compost (test) {secrets.token_hex(3)}"}
            )
            site = env["foodshare.compost.site"].create(
                {
                    "name": "Raced site",
                    "company_id": company.id,
                    "bin_ids": [Command.create({"name": "Left"})],
                }
            )
            cls.site_id, cls.bin_id = site.id, site.bin_ids.id
            mushroom, block = env["product.product"].create(
                [
                    {
                        "name": name,
                        "type": "consu",
                        "is_storable": True,
                        "tracking": tracking,
                        "company_id": company.id,
                        "uom_id": env.ref("uom.product_uom_kgm").id,
                    }
                    for name, tracking in (("Raced", "lot"), ("Block", "none"))
                ]
            )
            cls.batch_id = (
                env["foodshare.mushroom.batch"]
                .create(
                    {
                        "company_id": company.id,
                        "product_id": mushroom.id,
                        "substrate_product_id": block.id,
                        "spawn": "P-80",
                        "dry_kg": 10.0,
                    }
                )
                .id
            )

    def _vals(self):
        return {"bin_id": self.bin_id, "openers": "Nadia", "kg": 3.0}

    def _count(self, key):
        with self._transaction() as env:
            return env["foodshare.compost.visit"].search_count(
                [("site_id", "=", self.site_id), ("request_key", "=", key)]
            )

    def test_one_form_is_noted_once_and_each_tap_is_thanked(self):
        def note(env):
            site = env["foodshare.compost.site"].browse(self.site_id)
            return site._note_once("foodshare.compost.visit", "once", self._vals()).id

        results = self._at_once(*[note] * TAPS)
        self.assertEqual(len(set(results)), 1, results)
        self.assertIsInstance(results[0], int)
        self.assertEqual(self._count("once"), 1)

    def test_looking_first_refuses_the_second_tap(self):
        """The naive twin: it shows that the test can fail."""

        def note(env):
            visits = env["foodshare.compost.visit"]
            known = visits.search(
                [("site_id", "=", self.site_id), ("request_key", "=", "naive")]
            )
            vals = {**self._vals(), "site_id": self.site_id, "request_key": "naive"}
            return (known or visits.create(vals)).id

        results = self._at_once(*[note] * TAPS)
        self.assertTrue(any(isinstance(r, UserError) for r in results), results)

    def test_each_flush_has_its_number_and_its_lot(self):
        def harvest(env):
            flush = env["foodshare.mushroom.flush"].create(
                {
                    "batch_id": self.batch_id,
                    "kg": 1.0,
                    "date": fields.Date.context_today(env["res.partner"]),
                }
            )
            return flush.number

        results = self._at_once(*[harvest] * 4)
        self.assertEqual(sorted(results), [1, 2, 3, 4])
        with self._transaction() as env:
            batch = env["foodshare.mushroom.batch"].browse(self.batch_id)
            self.assertEqual(len(batch.flush_ids.lot_id), 4)
            self.assertAlmostEqual(batch.kg, 4.0)
            self.assertAlmostEqual(sum(batch.flush_ids.lot_id.mapped("product_qty")), 4)
