from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FoodshareCommon

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    b"WjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
@freeze_time("2027-03-25 10:00:00")
class TestMushroom(FoodshareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oyster = cls._create_product(name="Oyster mushroom", tracking="lot")
        cls.block = cls._create_product(name="Block")
        cls.batch = cls._create_batch()
        cls.stock = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.organisation.id)], limit=1
        )

    @classmethod
    def _create_product(cls, **vals):
        return cls.env["product.product"].create(
            {
                "type": "consu",
                "is_storable": True,
                "uom_id": cls.env.ref("uom.product_uom_kgm").id,
                **vals,
            }
        )

    @classmethod
    def _create_batch(cls, **vals):
        return cls.env["foodshare.mushroom.batch"].create(
            {
                "company_id": cls.organisation.id,
                "product_id": cls.oyster.id,
                "substrate_product_id": cls.block.id,
                "spawn": "P-80",
                "dry_kg": 10.0,
                "block_count": 5,
                "date_inoculation": "2027-03-01",
                **vals,
            }
        )

    def _harvest(self, batch=None, user=None, **vals):
        return (
            self.env["foodshare.mushroom.flush"]
            .with_user(user or self.user)
            .create({"batch_id": (batch or self.batch).id, "kg": 3.0, **vals})
        )

    def _in_stock(self, lot=None):
        domain = [
            ("product_id", "=", self.oyster.id),
            ("location_id", "child_of", self.stock.lot_stock_id.id),
        ]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def test_a_harvest_enters_the_stock_as_a_lot(self):
        first, second = self._harvest(), self._harvest(kg=1.5)
        self.assertEqual((first.number, second.number), (1, 2))
        lot = first.sudo().lot_id
        self.assertEqual(lot.name, f"{self.batch.name}-1")
        self.assertEqual(lot.company_id, self.organisation)
        self.assertEqual(first.sudo().move_id.state, "done")
        self.assertEqual(first.sudo().move_id.location_id.usage, "production")
        self.assertAlmostEqual(self._in_stock(lot), 3.0)
        self.assertAlmostEqual(self._in_stock(), 4.5)
        self.assertAlmostEqual(self.batch.efficiency, 45.0)
        self.assertEqual(self.batch.state, "fruiting")

    def test_the_weight_is_converted_to_the_unit_of_the_product(self):
        gram = self.env.ref("uom.product_uom_gram")
        shiitake = self._create_product(name="Shiitake", tracking="lot", uom_id=gram.id)
        flush = self._harvest(self._create_batch(product_id=shiitake.id))
        self.assertAlmostEqual(flush.sudo().lot_id.product_qty, 3000.0)
        self.assertAlmostEqual(flush.kg, 3.0)
        flush.action_cancel()
        self.assertAlmostEqual(flush.sudo().lot_id.product_qty, 0.0)

    def test_forecast_follows_the_policy_of_the_inoculation(self):
        self.env["foodshare.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "mushroom_incubation_days": 20,
                "mushroom_interval_days": 10,
                "mushroom_flush_max": 2,
                "mushroom_efficiency": 50.0,
            }
        )
        self.batch.invalidate_recordset()
        self.assertEqual(self.batch.date_next, date(2027, 3, 21))
        self.assertTrue(self.batch.is_late)
        self.assertAlmostEqual(self.batch.kg_next, 2.5)
        self._harvest()
        self.assertEqual(self.batch.date_next, date(2027, 4, 4))
        self.assertAlmostEqual(self.batch.kg_next, 2.0)
        self._harvest()
        self.assertFalse(self.batch.date_next)

    def test_bad_harvests_are_refused_and_nothing_enters_the_stock(self):
        cases = [
            {"kg": 0.0},
            {"kg": -2.0},
            {"date": "2027-03-26"},
            {"date": "2027-02-28"},
        ]
        for vals in cases:
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._harvest(**vals)
        self.assertAlmostEqual(self._in_stock(), 0.0)
        self.assertFalse(self.batch.flush_ids)

    def test_contamination_needs_a_reason_and_a_photo(self):
        batch = self.batch.with_user(self.user)
        with self.assertRaises(UserError):
            batch.action_contaminate()
        batch.contamination_reason = "Green mould"
        with self.assertRaises(UserError):
            batch.action_contaminate()
        batch.contamination_photo = PIXEL
        batch.action_contaminate()
        self.assertEqual(batch.state, "contaminated")
        self.assertEqual(batch.contamination_date, date(2027, 3, 25))

    def test_a_contaminated_batch_cannot_be_harvested(self):
        self.batch.write(
            {"contamination_reason": "Green mould", "contamination_photo": PIXEL}
        )
        self.batch.action_contaminate()
        for act in (
            self._harvest,
            self.batch.action_harvest,
            self.batch.action_fruit,
            self.batch.action_spend,
        ):
            with self.subTest(act=act.__name__), self.assertRaises(UserError):
                act()
        self.assertAlmostEqual(self._in_stock(), 0.0)
        self.assertFalse(self.batch.date_next)

    def test_bad_batches_are_refused(self):
        with self.assertRaises(ValidationError):
            self._create_batch(date_inoculation="2027-03-26")
        untracked = self._create_product(name="Untracked")
        by_unit = self._create_product(
            name="Tray", tracking="lot", uom_id=self.env.ref("uom.product_uom_unit").id
        )
        for product in (untracked, by_unit):
            with self.subTest(name=product.name), self.assertRaises(ValidationError):
                self._create_batch(product_id=product.id)
        for vals in ({"dry_kg": 0.0}, {"block_count": 0}, {"spent_kg": -1.0}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._create_batch(**vals)

    def test_a_flush_is_cancelled_not_rewritten(self):
        flush = self._harvest()
        with self.assertRaises(UserError):
            flush.kg = 2.0
        with self.assertRaises(UserError):
            flush.sudo().unlink()
        flush.action_cancel()
        self.assertAlmostEqual(self._in_stock(), 0.0)
        self.assertAlmostEqual(self.batch.kg, 0.0)
        with self.assertRaises(UserError):
            flush.action_cancel()
        self.assertEqual(self._harvest().number, 2)

    def test_a_lot_that_was_sold_is_not_cancelled(self):
        flush = self._harvest()
        self.env["stock.quant"]._update_available_quantity(
            self.oyster, self.stock.lot_stock_id, -1.0, lot_id=flush.sudo().lot_id
        )
        with self.assertRaises(UserError):
            flush.action_cancel()
        self.assertFalse(flush.is_cancelled)

    def test_spent_blocks_go_to_the_composter(self):
        site = self.env["foodshare.compost.site"].create(
            {"name": "Garden", "company_id": self.organisation.id}
        )
        self._harvest()
        batch = self.batch.with_user(self.user)
        batch.spent_site_id = site
        with self.assertRaises(UserError):
            batch.action_spend()
        batch.spent_kg = 22.0
        batch.action_spend()
        self.assertEqual(site.flow_ids.kind, "spent")
        self.assertEqual((site.flow_ids.kg, site.kg_year), (22.0, 0.0))
        self.assertEqual(batch.spent_flow_id, site.flow_ids)
        with self.assertRaises(UserError):
            self._harvest()
        with self.assertRaises(UserError):
            batch.action_spend()

    def test_blocks_are_manufactured_from_their_recipe(self):
        batch = self.batch.with_user(self.user)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            batch.action_produce()
        straw = self._create_product(name="Straw")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.block.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": straw.id, "product_qty": 2.0})
                ],
            }
        )
        batch.action_produce()
        production = self.batch.production_id
        self.assertEqual(production.state, "confirmed")
        self.assertEqual(production.company_id, self.organisation)
        self.assertEqual(production.product_qty, 5.0)
        self.assertEqual(production.move_raw_ids.product_uom_qty, 10.0)
        with self.assertRaises(UserError):
            batch.action_produce()

    def test_the_harvest_form_asks_for_a_weight(self):
        context = self.batch.action_harvest()["context"]
        form = Form(
            self.env["foodshare.mushroom.flush"]
            .with_user(self.user)
            .with_context(**context),
            "clapier_foodshare.foodshare_mushroom_harvest_view_form",
        )
        form.kg = 2.25
        self.assertEqual(form.save().batch_id, self.batch)
        self.assertAlmostEqual(self._in_stock(), 2.25)

    def test_harvested_batch_is_kept(self):
        other = self._create_batch()
        self._harvest()
        other.unlink()
        with self.assertRaises(UserError):
            self.batch.unlink()

    def test_other_company_and_outsider_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        foreign = self._create_batch(company_id=other.id)
        flush = self._harvest(foreign, self.env.user)
        self.assertEqual(flush.lot_id.company_id, other)
        self.assertAlmostEqual(self._in_stock(), 0.0)
        for record in (foreign, flush):
            with self.subTest(model=record._name):
                with self.assertRaises(AccessError):
                    record.with_user(self.user).read(["kg"])
                self.assertNotIn(record, record.with_user(self.user).search([]))
        with self.assertRaises(AccessError):
            self._harvest(foreign)
        with self.assertRaises(AccessError):
            self._harvest(user=self.outsider)
        with self.assertRaises(AccessError):
            self.batch.with_user(self.outsider).read(["kg"])
