from datetime import date, datetime

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DriveCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-03-01 08:00:00")
class TestCycle(DriveCommon):
    def _create_schedule(self, **vals):
        return self.env["drive.schedule"].create(
            {
                "name": "Thursdays",
                "company_id": self.organisation.id,
                "date_start": "2027-03-04",
                "point_ids": self._create_points(2).ids,
                **vals,
            }
        )

    def test_schedule_makes_cycles_on_the_clock_of_the_place(self):
        schedule = self._create_schedule()
        cycles = schedule._generate(date(2027, 4, 8)).sorted("date_pickup")
        self.assertEqual(
            [cycle.date_pickup.day for cycle in cycles], [4, 11, 18, 25, 1, 8]
        )
        # 22:00 in Paris, before and after the clocks go forward
        self.assertEqual(cycles[0].cutoff_at, datetime(2027, 3, 2, 21))
        self.assertEqual(cycles[4].cutoff_at, datetime(2027, 3, 30, 20))
        self.assertEqual(len(cycles[0].point_ids), 2)

    def test_generating_twice_changes_nothing(self):
        schedule = self._create_schedule()
        made = schedule._generate()
        self.assertEqual(len(made), 4)
        self.assertFalse(schedule._generate())
        self._run_cron("cron_schedule_generate")
        self.assertEqual(schedule.cycle_ids, made)

    def test_pauses_and_fortnights(self):
        schedule = self._create_schedule(
            interval_weeks=2,
            pause_ids=[
                Command.create(
                    {
                        "name": "Spring",
                        "date_start": "2027-03-15",
                        "date_stop": "2027-03-21",
                    }
                )
            ],
        )
        cycles = schedule._generate(date(2027, 4, 8)).sorted("date_pickup")
        self.assertEqual([cycle.date_pickup.day for cycle in cycles], [4, 1])
        self.assertEqual(cycles.mapped("number"), [0, 2])

    def test_each_cycle_begins_with_the_offers_of_the_one_before(self):
        schedule = self._create_schedule()
        first = schedule._generate(date(2027, 3, 4))
        absent = self._create_producer("Absent")
        self.env["drive.absence"].create(
            {
                "partner_id": absent.id,
                "date_start": "2027-03-10",
                "date_stop": "2027-03-12",
            }
        )
        weekly = self._create_offer(first, quantity_max=5)
        rare = self._create_offer(first, frequency=2)
        away = self._create_offer(first, producer=absent)
        weekly.quantity_held = 4
        second, third = schedule._generate(date(2027, 3, 18)).sorted("date_pickup")
        offers = second.with_context(active_test=False).offer_ids
        by_product = {offer.product_id: offer for offer in offers}
        self.assertEqual(by_product[weekly.product_id].price, 3)
        self.assertEqual(by_product[weekly.product_id].quantity_held, 0)
        self.assertTrue(by_product[weekly.product_id].active)
        self.assertFalse(by_product[rare.product_id].active)
        self.assertFalse(by_product[away.product_id].active)
        self.assertEqual(len(third.offer_ids), 3)

    def test_cloning_takes_a_fixed_number_of_statements(self):
        cycle = self._create_cycle()
        for _number in range(20):
            self._create_offer(cycle)
        target = self._create_cycle(date_pickup="2027-03-18")
        self.env.flush_all()
        with self.assertQueryCount(2):
            target._clone_offers(cycle)
        self.assertEqual(len(target.offer_ids), 20)
        self.assertEqual(len(target.producer_ids), 20)

    def test_copy_comes_a_week_later(self):
        cycle = self._create_cycle()
        offer = self._create_offer(cycle)
        copy = cycle.copy()
        self.assertEqual(copy.date_pickup, date(2027, 3, 18))
        self.assertEqual(copy.cutoff_at, datetime(2027, 3, 16, 21))
        self.assertEqual(copy.offer_ids.product_id, offer.product_id)
        self.assertEqual(copy.point_ids.point_id, cycle.point_ids.point_id)

    def test_open_follows_the_clock(self):
        cycle = self._create_cycle()
        cycles = self.env["drive.cycle"]
        for now, is_open in (
            ("2027-03-04 18:59:59", False),
            ("2027-03-04 19:00:00", True),
            ("2027-03-09 20:59:59", True),
            ("2027-03-09 21:00:00", False),
        ):
            with self.subTest(now=now), freeze_time(now):
                cycle.invalidate_recordset(["is_open"])
                self.assertEqual(cycle.is_open, is_open)
                self.assertEqual(
                    cycle in cycles.search([("is_open", "=", True)]), is_open
                )
                self.assertEqual(
                    cycle in cycles.search([("is_open", "=", False)]), not is_open
                )

    @mute_logger("odoo.sql_db")
    def test_impossible_dates_and_doubles_are_refused(self):
        cycle = self._create_cycle()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            cycle.cutoff_at = datetime(2027, 3, 1)
            cycle.flush_recordset()
        cycle.invalidate_recordset()
        offer = self._create_offer(cycle)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._create_offer(cycle, product=offer.product_id)

    def test_offers_of_a_closed_cycle_do_not_change(self):
        offer = self._create_offer(self._create_cycle())
        offer.cycle_id.state = "closed"
        with self.assertRaises(ValidationError):
            offer.price = 4

    def test_other_organisations_do_not_see_it(self):
        cycle = self._create_cycle()
        other = self.env["res.company"].create({"name": "Other"})
        self.assertTrue(cycle.with_user(self.user).has_access("read"))
        stranger = self.user.copy(
            {"login": "stranger", "company_id": other.id, "company_ids": other.ids}
        )
        with self.assertRaises(AccessError):
            cycle.with_user(stranger).read(["state"])
        with self.assertRaises(AccessError):
            cycle.with_user(self.outsider).read(["state"])
