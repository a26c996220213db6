import threading
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .race_common import RaceCommon

COMPANY = "Races of shifts (test)"
NAIVE_TABLE = "supermarket_test_naive_seats"
PEOPLE = 20


@tagged("post_install", "-at_install")
class TestShiftRaces(RaceCommon):
    """Bookings at the same time, on committed data.

    Registrations and the ledger are kept for ever: the rows stay, in a company named for
    it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            company = env["res.company"].search([("name", "=", COMPANY)])
            if not company:
                company = env["res.company"].create({"name": COMPANY})
                env["supermarket.policy"].create(
                    {
                        "company_id": company.id,
                        "date_start": "2020-01-01",
                        # Every test books again.
                        "shift_bookings_per_window": 1000,
                    }
                )
                env["supermarket.shift.section"].create(
                    {"name": "Races", "company_id": company.id}
                )
            people = env["res.partner"].create(
                [
                    {
                        "name": f"Racer {rank}",
                        "supermarket_company_id": company.id,
                        "supermarket_is_member": True,
                    }
                    for rank in range(PEOPLE)
                ]
            )
            workers = env["supermarket.shift.member"].search(
                [("partner_id", "in", people.ids)]
            )
            workers._join_team("flying")
            cls.company_id = company.id
            cls.worker_ids = workers.ids

    def _create_shift(self, env, seat_count, days=7):
        start = fields.Datetime.now() + timedelta(days=days)
        return env["supermarket.shift"].create(
            {
                "company_id": self.company_id,
                "section_id": env["supermarket.shift.section"]
                .search([("company_id", "=", self.company_id)], limit=1)
                .id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "seat_count": seat_count,
            }
        )

    def _booking(self, shift_id, worker_id, **options):
        """Return a function that books one shift for one member."""

        def book(env):
            shift = env["supermarket.shift"].browse(shift_id)
            worker = env["supermarket.shift.member"].browse(worker_id)
            return shift._book(worker, **options).id

        return book

    def _assert_taken(self, shift_id, count):
        with self._transaction() as env:
            shift = env["supermarket.shift"].browse(shift_id)
            self.assertEqual(shift.seats_taken, count)
            self.assertEqual(
                len(shift.registration_ids.filtered(lambda item: item.holds_seat)),
                count,
            )
            self.assertFalse(shift._seat_differences())

    def test_the_last_seat_is_taken_once(self):
        for days in (7, 8, 9):
            with self._transaction() as env:
                shift_id = self._create_shift(env, 1, days).id
            results = self._at_once(
                *(self._booking(shift_id, worker_id) for worker_id in self.worker_ids)
            )
            refusals = [item for item in results if isinstance(item, UserError)]
            self.assertEqual(len(results) - len(refusals), 1, results)
            for refusal in refusals:
                self.assertIn("is full: choose another shift", str(refusal))
            self._assert_taken(shift_id, 1)

    def test_one_member_books_once(self):
        with self._transaction() as env:
            shift_id = self._create_shift(env, 10, 11).id
        results = self._at_once(
            *(self._booking(shift_id, self.worker_ids[0]) for _rank in range(4))
        )
        refusals = [item for item in results if isinstance(item, UserError)]
        self.assertEqual(len(refusals), 3, results)
        self._assert_taken(shift_id, 1)

    def test_one_key_arrives_once(self):
        with self._transaction() as env:
            shift_id = self._create_shift(env, 10, 12).id
        results = self._at_once(
            *(
                self._booking(
                    shift_id, self.worker_ids[0], key=f"sent twice {shift_id}"
                )
                for _rank in range(4)
            )
        )
        self.assertEqual(len(set(results)), 1, results)
        self._assert_taken(shift_id, 1)

    def test_a_seat_freed_goes_to_one_of_those_who_wait(self):
        with self._transaction() as env:
            shift_id = self._create_shift(env, 1, 13).id
            first = self._booking(shift_id, self.worker_ids[0])(env)
        results = self._at_once(
            lambda env: (
                env["supermarket.shift.registration"].browse(first)._cancel_by_member()
            ),
            *(
                self._booking(shift_id, worker_id, wait=True)
                for worker_id in self.worker_ids[1:6]
            ),
        )
        self.assertFalse([item for item in results if isinstance(item, Exception)])
        with self._transaction() as env:
            env["supermarket.shift"].browse(shift_id)._promote_waiting()
        self._assert_taken(shift_id, 1)

    def test_a_cycle_is_closed_once(self):
        with self._transaction() as env:
            today = env["res.company"].browse(self.company_id)._supermarket_today()
            last = env["supermarket.shift.cycle"].search(
                [("company_id", "=", self.company_id)], order="date_start", limit=1
            )
            # Each run takes the day before those of the runs before.
            stop = (last.date_start or today) - timedelta(days=1)
            workers = env["supermarket.shift.member"].browse(self.worker_ids)
            workers.team_ids.date_start = stop
            cycle_id = (
                env["supermarket.shift.cycle"]
                .create(
                    {
                        "company_id": self.company_id,
                        "number": -(today - stop).days,
                        "date_start": stop,
                        "date_stop": stop,
                    }
                )
                .id
            )
        self._at_once(
            *(
                lambda env: env["supermarket.shift.cycle"].browse(cycle_id)._close()
                for _rank in range(3)
            )
        )
        with self._transaction() as env:
            workers = env["supermarket.shift.member"].browse(self.worker_ids)
            self.assertEqual(workers.mapped("balance"), [-2] * PEOPLE)
            self.assertEqual(env["supermarket.shift.point"]._differences(workers), [])

    def test_counting_before_inserting_would_oversell(self):
        self._create_naive_table(NAIVE_TABLE, "person")
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
