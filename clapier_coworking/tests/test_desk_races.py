import threading
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .race_common import RaceCase

COMPANY = "Races of desks (test)"
NAIVE_TABLE = "coworking_test_naive_places"
PEOPLE = 50


@tagged("post_install", "-at_install")
class TestDeskRaces(RaceCase):
    """Places taken at the same time, on committed data.

    Visits are kept: the rows stay, in a company named for it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            if not company:
                company = env["res.company"].create({"name": COMPANY})
            people = env["res.partner"].create(
                [{"name": f"Racer {rank}"} for rank in range(PEOPLE)]
            )
            accounts = env["coworking.account"].create(
                [
                    {"partner_id": person.id, "company_id": company.id}
                    for person in people
                ]
            )
            env["coworking.account"]._post(
                [
                    {
                        "account_id": account.id,
                        "unit": "day",
                        "kind": "grant",
                        "quantity": 10,
                        "date": "2026-01-01",
                        "reference": "Races",
                    }
                    for account in accounts
                ]
            )
            cls.company_id = company.id
            cls.people_ids = people.ids
            cls.day = company._coworking_today()

    def setUp(self):
        super().setUp()
        # Each test on a day of its own: people sit once a day.
        type(self).day += timedelta(days=1)
        with self._transaction() as env:
            self.space_id = (
                env["coworking.space"]
                .create(
                    {
                        "name": "Races",
                        "company_id": self.company_id,
                        "kind": "desk",
                        "capacity": 3,
                        "is_published": False,
                    }
                )
                .id
            )

    def _booking(self, partner_id, half="day", key=None):
        """Return a function that takes a place for one person."""

        def book(env):
            partner = env["res.partner"].browse(partner_id)
            space = env["coworking.space"].browse(self.space_id)
            return (
                env["coworking.visit"]._book(partner, space, self.day, half, key=key).id
            )

        return book

    def _taken(self):
        with self._transaction() as env:
            slots = env["coworking.desk.slot"].search(
                [("space_id", "=", self.space_id)]
            )
            self.assertFalse(slots._differences(slots.space_id))
            return slots.mapped("taken")

    def test_the_last_place_is_taken_once(self):
        for place in range(2):
            with self._transaction() as env:
                self._booking(self.people_ids[place])(env)
        results = self._at_once(
            *(
                self._booking(partner_id, half)
                for partner_id, half in zip(
                    self.people_ids, ("day", "am", "day") * PEOPLE, strict=False
                )
                if partner_id not in self.people_ids[:2]
            )
        )
        refusals = [item for item in results if isinstance(item, UserError)]
        self.assertEqual(len(results) - len(refusals), 1, results)
        self.assertEqual(self._taken()[0], 3)

    def test_the_first_place_of_a_day_is_counted_by_all(self):
        results = self._at_once(
            *(self._booking(partner_id) for partner_id in self.people_ids[:10])
        )
        refusals = [item for item in results if isinstance(item, UserError)]
        self.assertEqual(len(refusals), 7, results)
        self.assertEqual(self._taken(), [3, 3])

    def test_one_key_arrives_once(self):
        results = self._at_once(
            *(self._booking(self.people_ids[0], key="sent twice") for _rank in range(4))
        )
        self.assertEqual(len(set(results)), 1, results)
        self.assertEqual(self._taken(), [1, 1])

    def test_places_do_not_shrink_below_who_comes(self):
        def shrink(env):
            env["coworking.space"].browse(self.space_id).capacity = 1
            return "shrunk"

        results = self._at_once(
            shrink, *(self._booking(partner_id) for partner_id in self.people_ids[:3])
        )
        booked = sum(isinstance(item, int) for item in results)
        taken = self._taken()
        self.assertEqual(taken, [booked, booked] if booked else [])
        with self._transaction() as env:
            space = env["coworking.space"].browse(self.space_id)
            self.assertGreaterEqual(space.capacity, booked)

    def _closing(self, env):
        day = datetime.combine(self.day, datetime.min.time())
        closure = env["coworking.closure"].create(
            {
                "name": "Races",
                "company_id": self.company_id,
                "space_ids": [Command.set([self.space_id])],
                "start": day,
                "stop": day + timedelta(days=1),
            }
        )
        env.flush_all()
        return closure.id

    def _close_and_book(self):
        """Return which of a closure and three places of its day came through."""
        closing, *places = self._at_once(
            self._closing, *(self._booking(id_) for id_ in self.people_ids[:3])
        )
        return isinstance(closing, int), [isinstance(item, int) for item in places]

    def test_nobody_keeps_a_place_in_a_closed_area(self):
        for _round in range(3):
            self.setUp()
            closed, places = self._close_and_book()
            self.assertNotEqual(closed, any(places), (closed, places))

    def test_a_closure_that_does_not_write_the_counters_would_miss_people(self):
        closures = self.registry["coworking.closure"]
        with patch.object(closures, "_count_desks", lambda closure: None):
            closed, places = self._close_and_book()
        self.assertTrue(closed and any(places), (closed, places))

    def test_counting_before_inserting_would_oversell(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
            env.cr.execute(f"CREATE TABLE {NAIVE_TABLE} (person int)")
        self.addCleanup(self._drop_naive_table)
        counted = threading.Barrier(PEOPLE, timeout=60)

        def book_naively(env):
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            [taken] = env.cr.fetchone()
            counted.wait()
            if taken >= 1:
                raise UserError("Full.")  # pylint: disable=translation-required
            env.cr.execute(f"INSERT INTO {NAIVE_TABLE} VALUES (1)")

        self._at_once(*[book_naively] * PEOPLE)
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            self.assertEqual(env.cr.fetchone(), (PEOPLE,))

    def _drop_naive_table(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
