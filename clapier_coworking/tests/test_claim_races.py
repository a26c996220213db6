import random
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..models.coworking_claim import ClaimRefused
from .race_common import RaceCase

COMPANY = "Races of claims (test)"
NAIVE_TABLE = "coworking_test_naive_claim"
PEOPLE = 20
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestClaimRaces(RaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            company = company or env["res.company"].create({"name": COMPANY})
            price = [Command.create({"unit": "hour", "amount": 10})]
            room, hall = env["coworking.space"].create(
                [
                    {
                        "name": name,
                        "company_id": company.id,
                        "capacity": 50,
                        "payment": "invoice",
                        "is_published": False,
                        "price_ids": price,
                    }
                    for name in ("Room", "Hall")
                ]
            )
            parts = env["coworking.space"].create(
                [
                    {
                        "name": name,
                        "company_id": company.id,
                        "parent_id": hall.id,
                        "capacity": 20,
                        "payment": "invoice",
                        "is_published": False,
                        "price_ids": price,
                    }
                    for name in ("Left", "Right")
                ]
            )
            people = env["res.partner"].create(
                [{"name": f"Racer {rank}"} for rank in range(PEOPLE)]
            )
            cls.room_id, cls.hall_id, cls.part_ids = room.id, hall.id, parts.ids
            cls.people_ids = people.ids
            cls.monday = fields.Datetime.now().replace(
                hour=8, minute=0, second=0, microsecond=0
            ) + timedelta(days=30)

    def _booking(self, space_id, person_id, start, hours=2):
        def book(env):
            return (
                env["coworking.booking"]
                ._request(
                    env["res.partner"].browse(person_id),
                    [
                        {
                            "space": env["coworking.space"].browse(space_id),
                            "start": start,
                            "stop": start + timedelta(hours=hours),
                        }
                    ],
                )
                .id
            )

        return book

    def _assert_never_twice(self, env, space_ids):
        env.cr.execute(
            """
            SELECT a.id, b.id FROM coworking_claim a JOIN coworking_claim b
                ON a.space_id = b.space_id AND a.id < b.id AND a.active AND b.active
               AND a.start < b.stop AND b.start < a.stop
             WHERE a.space_id = ANY(%s)
            """,
            [space_ids],
        )
        self.assertFalse(env.cr.fetchall())

    def test_one_of_twenty_overlapping_bookings_wins(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                day = self.monday + timedelta(days=number)
                results = self._at_once(
                    *(
                        self._booking(
                            self.room_id,
                            person_id,
                            day + timedelta(minutes=30 * (rank % 4)),
                        )
                        for rank, person_id in enumerate(self.people_ids)
                    )
                )
                lost = [item for item in results if isinstance(item, ClaimRefused)]
                self.assertEqual(len(lost), PEOPLE - 1, results)
                with self._transaction() as env:
                    self._assert_never_twice(env, [self.room_id])

    def test_hall_and_parts_never_overlap(self):
        draw = random.Random(4)
        spaces = [self.hall_id, *self.part_ids]
        for number in range(ROUNDS):
            day = self.monday + timedelta(days=number)
            results = self._at_once(
                *(
                    self._booking(
                        draw.choice(spaces),
                        person_id,
                        day + timedelta(minutes=30 * draw.randrange(12)),
                    )
                    for person_id in self.people_ids
                )
            )
            self.assertFalse(
                [r for r in results if not isinstance(r, int | ClaimRefused)], results
            )
            self.assertTrue([r for r in results if isinstance(r, int)])
            with self._transaction() as env:
                self._assert_never_twice(env, self.part_ids)

    def test_looking_before_inserting_would_book_twice(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")
            env.cr.execute(
                f"CREATE TABLE {NAIVE_TABLE} (space_id int, start timestamp, stop timestamp)"
            )
        self.addCleanup(self._drop_naive_table)

        def book_naively(env):
            start, stop = self.monday, self.monday + timedelta(hours=2)
            env.cr.execute(
                "SELECT FROM coworking_space WHERE id = %s FOR UPDATE", [self.room_id]
            )
            env.cr.execute(
                f"SELECT count(*) FROM {NAIVE_TABLE} "
                "WHERE space_id = %s AND start < %s AND %s < stop",
                [self.room_id, stop, start],
            )
            if not env.cr.fetchone()[0]:
                env.cr.execute(
                    f"INSERT INTO {NAIVE_TABLE} VALUES (%s, %s, %s)",
                    [self.room_id, start, stop],
                )

        self._at_once(*[book_naively] * 4)
        with self._transaction() as env:
            env.cr.execute(f"SELECT count(*) FROM {NAIVE_TABLE}")
            # Even with the space's row locked: each looks at the past it began with.
            self.assertGreater(env.cr.fetchone()[0], 1)

    def _drop_naive_table(self):
        with self._transaction() as env:
            env.cr.execute(f"DROP TABLE IF EXISTS {NAIVE_TABLE}")

    def test_last_hours_of_a_plan_are_spent_once(self):
        with self._transaction() as env:
            space = env["coworking.space"].browse(self.room_id)
            holder = env["res.partner"].create({"name": "Pool", "is_company": True})
            people = env["res.partner"].create(
                [{"name": f"Member {n}", "parent_id": holder.id} for n in range(6)]
            )
            account = env["coworking.account"]._make(holder, space.company_id)
            account_id, ids = account.id, people.ids
            env["coworking.account"]._post(
                [
                    {
                        "account_id": account_id,
                        "unit": "hour",
                        "kind": "grant",
                        "quantity": 2,
                        "date": self.monday.date(),
                        "reference": "Plan",
                    }
                ]
            )
        results = self._at_once(
            *(
                self._booking(
                    self.room_id, person_id, self.monday + timedelta(days=60 + n)
                )
                for n, person_id in enumerate(ids)
            )
        )
        self.assertTrue([r for r in results if isinstance(r, int)])
        with self._transaction() as env:
            account = env["coworking.account"].browse(account_id)
            self.assertEqual(account.hours_balance, 0)
            self.assertEqual(sum(account.row_ids.mapped("quantity")), 0)
