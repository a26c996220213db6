from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FoodshareCommon


class CompostCommon(FoodshareCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls._create_site()
        cls.bin = cls.site.bin_ids

    @classmethod
    def _create_site(cls, company=None, **vals):
        return cls.env["foodshare.compost.site"].create(
            {
                "name": "Garden",
                "company_id": (company or cls.organisation).id,
                "operator_id": cls.env["res.partner"].create({"name": "Operator"}).id,
                "trained_partner_id": cls.env["res.partner"]
                .create({"name": "Trained"})
                .id,
                "bin_ids": [Command.create({"name": "Left"})],
                **vals,
            }
        )

    @classmethod
    def _visit(cls, user=None, **vals):
        return (
            cls.env["foodshare.compost.visit"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "site_id": cls.site.id,
                    "bin_id": cls.bin.id,
                    "date": "2027-03-03",
                    "openers": "Nadia",
                    "kg": 30.0,
                    **vals,
                }
            )
        )

    @classmethod
    def _flow(cls, **vals):
        return cls.env["foodshare.compost.flow"].create(
            {
                "site_id": cls.site.id,
                "date": "2027-03-03",
                "kind": "browns",
                "kg": 50.0,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
@freeze_time("2027-03-03 18:00:00")
class TestCompost(CompostCommon):
    def test_weights_of_the_week_and_of_the_year(self):
        self._visit(self.user, visitor_count=4)
        self._visit(date="2027-02-26", kg=20.0)
        self._visit(date="2026-12-30", kg=500.0 / 3)
        self._flow(kind="kitchen", kg=7.0)
        self._flow(kind="out", kg=12.0)
        self._flow(kind="browns", kg=90.0)
        self.assertAlmostEqual(self.site.kg_week, 37.0)
        self.assertAlmostEqual(self.site.kg_year, 57.0)
        self.assertAlmostEqual(self.site.kg_out, 12.0)
        self.assertEqual(self.site.visitor_year, 4)
        self.assertAlmostEqual(self.site.limit_percent, 3.7)

    def test_buckets_that_nobody_weighed_are_counted(self):
        self.env["foodshare.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "compost_bucket_weight": 5.0,
            }
        )
        self.assertEqual(self._visit(kg=0.0, bucket_count=3).kg, 15.0)
        self.assertEqual(self._visit(kg=9.5, bucket_count=3).kg, 9.5)

    def test_more_than_the_law_allows_is_said(self):
        self.assertFalse(self.site.problem)
        self.env["foodshare.policy"].create(
            {
                "company_id": self.organisation.id,
                "date_start": "2027-01-01",
                "compost_week_limit": 29.0,
            }
        )
        self._visit()
        self.site.invalidate_recordset()
        self.assertIn("29", self.site.problem)

    def test_site_without_trained_person_is_a_worry(self):
        self.assertFalse(self.site.problem)
        self.site.trained_partner_id = False
        self.assertTrue(self.site.problem)

    def test_unsold_goods_of_the_shop_are_refused(self):
        with self.assertRaises(ValidationError) as caught:
            self._flow(kind="unsold")
        self.assertGreater(len(caught.exception.args[0]), 80, "the reason is told")
        self.assertFalse(self.site.flow_ids)

    def test_bad_visits_are_refused(self):
        other = self._create_site()
        cases = [
            {"date": "2027-03-04"},
            {"kg": 201.0},
            {"bin_id": other.bin_ids.id},
            {"kg": -1.0},
            {"visitor_count": -1},
            {"bucket_count": -2, "kg": 1.0},
            {"temperature": 140.0},
        ]
        for vals in cases:
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._visit(**vals)

    def test_bad_deliveries_are_refused(self):
        for vals in ({"date": "2027-03-04"}, {"kg": 0.0}, {"kg": -3.0}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._flow(**vals)

    def test_ledgers_are_append_only(self):
        for row in (self._visit(), self._flow()):
            with self.subTest(model=row._name):
                with self.assertRaises(UserError):
                    row.kg = 1.0
                with self.assertRaises(UserError):
                    row.unlink()
                for query in ("UPDATE %s SET kg = 1", "DELETE FROM %s"):
                    with (
                        mute_logger("odoo.sql_db"),
                        self.assertRaises(psycopg2.errors.RestrictViolation),
                        self.env.cr.savepoint(),
                    ):
                        self.env.cr.execute(query % row._table)

    def test_a_mistake_is_corrected_once_by_a_contrary_row(self):
        visit = self._visit(visitor_count=3, bucket_count=2, temperature=20.0)
        self.assertEqual(self.bin.last_visit_id, visit)
        visit.with_user(self.user).action_reverse()
        self.bin.invalidate_recordset()
        self.assertFalse(self.bin.last_visit_id)
        self.assertAlmostEqual(self.site.kg_year, 0.0)
        self.assertEqual(self.site.visitor_year, 0)
        with self.assertRaises(UserError):
            visit.action_reverse()
        with self.assertRaises(UserError):
            visit.reversed_by_ids.action_reverse()
        flow = self._flow(kind="out")
        flow.action_reverse()
        self.assertAlmostEqual(self.site.kg_out, 0.0)

    def test_health_follows_the_last_visit(self):
        self.assertEqual(self.bin.health, 0)
        self._visit(temperature=55.0, browns="enough", moisture="right")
        self._visit(date="2027-03-01", temperature=10.0)
        self.bin.invalidate_recordset()
        self.assertEqual((self.bin.health, self.bin.advice), (100, ""))
        self._visit(temperature=0.0, is_temperature_read=True, browns="none")
        self.bin.invalidate_recordset()
        self.assertEqual(self.bin.health, 45)
        self.assertTrue(self.bin.advice)

    def test_a_bin_ripens_is_ready_and_begins_again(self):
        with self.assertRaises(UserError):
            self.bin.action_ready()
        self.bin.action_close()
        self.assertEqual(self.bin.date_closed, date(2027, 3, 3))
        self.assertEqual(self.bin.date_ready, date(2027, 8, 30))
        with self.assertRaises(UserError):
            self.bin.action_close()
        with self.assertRaises(UserError):
            self.bin.action_empty()
        self.bin.action_ready()
        self.assertEqual(self.bin.maturity, 100)
        self.bin.action_empty()
        self.assertEqual((self.bin.kind, self.bin.date_closed), ("fresh", False))

    def test_statements_do_not_grow_with_bins_and_visits(self):
        self.env["foodshare.compost.bin"].create(
            [{"name": str(n), "site_id": self.site.id} for n in range(20)]
        )
        for bin_ in self.site.bin_ids:
            self._visit(bin_id=bin_.id, kg=1.0)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            self.site.bin_ids.mapped("health")
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            self.site.mapped("kg_year")

    def test_site_with_rows_stays_with_its_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.site.company_id = other
        self.site.company_id = self.organisation
        self._visit()
        with self.assertRaises(ValidationError):
            self.site.company_id = other

    def test_other_company_and_outsider_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        site = self._create_site(other)
        visit = self._visit(site_id=site.id, bin_id=site.bin_ids.id)
        flow = self._flow(site_id=site.id)
        self.assertEqual(visit.company_id, other)
        for record in (site, site.bin_ids, visit, flow):
            with self.subTest(model=record._name):
                with self.assertRaises(AccessError):
                    record.with_user(self.user).read(["company_id"])
                self.assertNotIn(record, record.with_user(self.user).search([]))
        for record in (self.site, self.bin, self._visit(), self._flow()):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.outsider).read(["company_id"])
        with self.assertRaises(AccessError):
            self._visit(self.user, site_id=site.id, bin_id=site.bin_ids.id)
