import random
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import Error

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..shift_rules import FIXED, RANKS
from .shift_common import ShiftCommon


@tagged("post_install", "-at_install")
class TestShiftLedger(ShiftCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._create_worker()
        cls.Point = cls.env["supermarket.shift.point"]

    def _counting(self, worker=None):
        """Return (kind, points) of the rows that count, in the order of the rules."""
        rows = self.Point._read_counting((worker or self.worker).ids)
        [rows] = rows.values()
        return [
            (row["kind"], row["points"])
            for row in sorted(
                rows, key=lambda row: (row["date"], RANKS[row["kind"]], row["event"])
            )
        ]

    def _assert_balanced(self, workers):
        for worker in workers:
            self.assertEqual(sum(worker.point_ids.mapped("points")), worker.balance)

    # --- Replay

    def test_what_is_stored_is_what_a_replay_gives(self):
        chance = random.Random(3)
        workers = self.worker | self._create_workers(4)
        kinds = sorted(RANKS)
        posted = 0
        while posted < 200:
            batch = [
                {
                    "member_id": chance.choice(workers.ids),
                    "date": self._day(-chance.randrange(120)),
                    "kind": (kind := chance.choice(kinds)),
                    "points": chance.randint(-3, 3) if kind in FIXED else 0,
                }
                for _rank in range(chance.randrange(1, 6))
            ]
            counting = self.Point.search(
                [
                    ("member_id", "in", workers.ids),
                    ("reversal_of_id", "=", False),
                    ("reversed_by_ids", "=", False),
                ]
            )
            revoked = self.Point.browse(
                chance.sample(
                    counting.ids, min(len(counting), chance.choice((0, 0, 1, 2)))
                )
            )
            ids = self.Point._post(batch, revoked, "Drawn by lot.")
            self.assertEqual(
                [
                    (row.member_id.id, row.date, row.kind)
                    for row in self.Point.browse(ids)
                ],
                [(vals["member_id"], vals["date"], vals["kind"]) for vals in batch],
            )
            self.assertFalse(self.Point.browse(ids).reversed_by_ids)
            posted += len(batch)
        self.assertReplayed(workers)
        self._assert_balanced(workers)
        self.assertFalse(
            self.Point.search([("member_id", "in", workers.ids)]).filtered(
                lambda row: (
                    row.reversal_of_id and row.points != -row.reversal_of_id.points
                )
            )
        )

    def test_the_order_of_posting_makes_no_difference(self):
        chance = random.Random(4)
        rows = [
            {
                "date": self._day(-rank),
                "kind": chance.choice(sorted(set(RANKS) - FIXED)),
            }
            for rank in range(25)
        ]
        balances = set()
        for worker in self._create_workers(5):
            for row in chance.sample(rows, len(rows)):
                self.Point._post([{**row, "member_id": worker.id}])
            self.assertReplayed(worker)
            balances.add((worker.balance, worker.negative_since, worker.status))
        self.assertEqual(len(balances), 1)

    def test_a_wrong_standing_is_found(self):
        self._post(self.worker, "own_absent", -3)
        self.env.cr.execute(
            "UPDATE supermarket_shift_member SET balance = 0 WHERE id = %s",
            self.worker.ids,
        )
        self.env.invalidate_all()
        [sentence] = self.Point._differences(self.worker)
        self.assertIn("balance=0", sentence)
        self.assertIn("balance=-2", sentence)

    # --- Late events

    def test_a_late_attendance_rewrites_the_closing(self):
        closing = self._post(self.worker, "closing", -5)
        self.assertEqual(closing.points, -2)
        attended = self._post(self.worker, "flying_attended", -10)
        self.assertEqual(attended.points, 1)
        self.assertEqual(self._counting(), [("flying_attended", 1), ("closing", -1)])
        reversal = closing.reversed_by_ids
        self.assertEqual(reversal.points, 2)
        self.assertEqual(reversal.date, closing.date)
        self.assertTrue(closing.is_reversed)
        self.assertEqual(len(self.worker.point_ids), 4)
        self.assertEqual(self.worker.balance, 0)
        self.assertEqual(self.worker.status, "up_to_date")
        self.assertReplayed(self.worker)

    def test_a_late_debt_lets_a_make_up_count(self):
        make_up = self._post(self.worker, "make_up_attended", -5)
        self.assertEqual(make_up.points, 0)
        self._post(self.worker, "own_excused", -10)
        self.assertEqual(
            self._counting(), [("own_excused", -1), ("make_up_attended", 1)]
        )
        self.assertEqual(self.worker.balance, 0)

    def test_a_late_event_that_changes_nothing_reverses_nothing(self):
        self._post(self.worker, "own_absent", -5)
        self._post(self.worker, "own_attended", -10)
        self.assertFalse(self.worker.point_ids.filtered("reversal_of_id"))
        self.assertReplayed(self.worker)

    def test_events_of_one_day_are_in_order_however_posted(self):
        self._post(self.worker, "closing", -1)
        self._post(self.worker, "flying_attended", -1)
        self.assertEqual(self._counting(), [("flying_attended", 1), ("closing", -1)])
        self.assertEqual(self.worker.balance, 0)

    def test_the_debt_is_as_old_as_its_first_event(self):
        self._post(self.worker, "own_excused", -10)
        self.assertEqual(self.worker.negative_since, self._day(-10))
        self._post(self.worker, "own_excused", -40)
        self.assertEqual(self.worker.negative_since, self._day(-40))
        self.assertEqual(self.worker.status, "suspended")

    # --- Corrections

    def test_a_corrected_attendance_reverses(self):
        shift = self._create_shift(days=-3)
        registration = self._register(shift, self.worker, state="absent")
        absent = registration.point_id
        self.assertEqual((absent.kind, absent.points), ("own_absent", -2))
        self.assertEqual(absent.shift_id, shift)
        self.assertEqual(self.worker.balance, -2)
        registration.action_attended()
        self.assertEqual(absent.reversed_by_ids.points, 2)
        self.assertEqual(absent.reversed_by_ids.note, "Attendance corrected.")
        self.assertEqual(registration.point_id.kind, "own_attended")
        self.assertEqual(self.worker.balance, 0)
        self.assertEqual(self.worker.status, "up_to_date")
        registration.action_booked()
        self.assertFalse(registration.point_id)
        self.assertEqual(self._counting(), [])
        self.assertReplayed(self.worker)

    def test_a_corrected_absence_subscribes_again(self):
        registrations = [
            self._register(self._create_shift(days=days), self.worker, state="absent")
            for days in (-30, -2)
        ]
        self.assertEqual(self.worker.status, "unsubscribed")
        self.assertEqual(self.worker.unsubscribed_by, "absences")
        registrations[0].action_excused()
        self.assertFalse(self.worker.unsubscribed_on)
        self.assertEqual(self.worker.status, "suspended")
        self.assertReplayed(self.worker)

    def test_a_registration_follows_its_rewritten_row(self):
        shift = self._create_shift(days=-5)
        registration = self._register(shift, self.worker, "make_up", "attended")
        self.assertEqual(registration.points, 0)
        self._post(self.worker, "own_excused", -10)
        self.assertEqual(registration.points, 1)
        self.assertFalse(registration.point_id.is_reversed)
        registration.action_absent()
        self.assertEqual(self.worker.balance, -1)
        self.assertReplayed(self.worker)

    def test_rows_say_which_policy_ruled(self):
        later = self.policy.copy(
            {"date_start": self._day(-10), "shift_own_excused": -3}
        )
        old = self._post(self.worker, "own_excused", -20)
        new = self._post(self.worker, "own_excused", -5)
        fixed = self._post(self.worker, "correction", -4, points=1)
        self.assertEqual((old + new + fixed).mapped("points"), [-1, -3, 1])
        self.assertEqual(old.policy_id, self.policy)
        self.assertEqual(new.policy_id, later)
        self.assertFalse(fixed.policy_id)
        self.assertReplayed(self.worker)

    @contextmanager
    def _refused(self, sentence):
        """Check that what is done in the block is refused, and take it back."""
        with self.assertRaisesRegex(UserError, sentence), self.cr.savepoint():
            yield

    def test_numbers_that_gave_points_stay(self):
        self._post(self.worker, "own_excused", -5)
        later = self.policy.copy({"date_start": self._day(-4), "shift_own_excused": -3})
        for name, value in (
            ("shift_own_excused", -2),
            ("shift_alert_days", 7),
            ("shift_exemption_forgives", True),
            ("date_start", self._day(-4) - timedelta(days=2)),
        ):
            policy = later if name == "date_start" else self.policy
            with (
                self.subTest(name),
                self._refused("create a policy from a later day"),
            ):
                policy[name] = value
        with self._refused("leave them as they are"):
            self.policy.copy({"date_start": self._day(-5), "shift_own_excused": 0})
        with self._refused("leave them as they are"):
            self.policy.unlink()
        self.assertReplayed(self.worker)

    def test_other_numbers_and_those_that_gave_no_point_yet_may_change(self):
        self._post(self.worker, "own_excused", -5)
        self.policy.shift_reminder_days = 9
        # The same numbers, written again or from another day on
        self.policy.shift_own_excused = self.policy.shift_own_excused
        self.policy.copy({"date_start": self._day(-5)})
        later = self.policy.copy({"date_start": self._day(-4), "shift_own_excused": -3})
        later.write({"shift_own_excused": -4, "date_start": self._day(0)})
        self._post(self.worker, "own_excused")
        self.assertEqual(self.worker.balance, -5)
        with self._refused("create a policy from a later day"):
            later.shift_own_excused = -3
        self.assertReplayed(self.worker)

    def test_a_new_cooperative_opens_the_ledger_and_sets_its_numbers_up(self):
        self._post(self.worker, "opening", -5, points=-1)
        self.policy.shift_own_excused = -3
        self.policy.date_start = self._day(-30)
        self._post(self.worker, "own_excused", -4)
        self.assertEqual(self.worker.balance, -4)
        with self._refused("create a policy from a later day"):
            self.policy.shift_own_excused = -2

    def test_points_given_without_a_policy_keep_the_usual_numbers(self):
        company = self.env["res.company"].create({"name": "Another cooperative"})
        worker = self._create_worker("Bo Morel", supermarket_company_id=company.id)
        self._post(worker, "own_excused", -5)
        vals = {"company_id": company.id, "shift_own_excused": -3}
        Policy = self.env["supermarket.policy"]
        with self._refused("by the usual numbers"):
            Policy.create({**vals, "date_start": self._day(1)})
        Policy.create({"company_id": company.id, "date_start": self._day(-5)})
        Policy.create({**vals, "date_start": self._day(1)})
        self.assertReplayed(worker)

    def test_revoking_twice_changes_nothing_more(self):
        row = self._post(self.worker, "own_excused", -5)
        self.Point._post([], row, "A mistake.")
        self.Point._post([], row, "A mistake.")
        self.assertEqual(len(row.reversed_by_ids), 1)
        self.assertEqual(self.worker.balance, 0)
        self.assertFalse(self.worker.last_date)

    # --- Nothing else changes it

    def test_the_orm_refuses_changes(self):
        row = self._post(self.worker, "own_excused", -5)
        with self.assertRaisesRegex(UserError, "never changed"):
            row.points = 0
        with self.assertRaisesRegex(UserError, "never deleted"):
            row.unlink()

    def test_the_database_refuses_changes(self):
        row = self._post(self.worker, "own_excused", -5)
        for statement in (
            "UPDATE supermarket_shift_point SET points = 0 WHERE id = %s",
            "UPDATE supermarket_shift_point SET member_id = NULL WHERE id = %s",
            "DELETE FROM supermarket_shift_point WHERE id = %s",
            "TRUNCATE supermarket_shift_point CASCADE -- %s",
        ):
            with (
                self.subTest(statement),
                mute_logger("odoo.sql_db"),
                self.assertRaises(Error),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement, row.ids)
        self.assertEqual(self.worker.balance, row.points)

    def test_a_row_is_reversed_once(self):
        row = self._post(self.worker, "own_excused", -5)
        self.Point._post([], row, "A mistake.")
        self.assertDatabaseRefuses(
            "already reversed",
            self.Point.create,
            {
                "partner_id": self.worker.partner_id.id,
                "member_id": self.worker.id,
                "company_id": self.company.id,
                "date": row.date,
                "kind": row.kind,
                "points": 1,
                "event": row.id,
                "reversal_of_id": row.id,
            },
        )

    # --- Closings

    def _close_cycle(self, count):
        """Return the statements of closing a cycle with ``count`` flying members."""
        company = self.env["res.company"].create({"name": f"Cooperative of {count}"})
        start = self.today - timedelta(days=self.today.weekday(), weeks=4)
        self.env["supermarket.policy"].create(
            {"company_id": company.id, "date_start": start}
        )
        workers = self._create_workers(
            count, team="flying", supermarket_company_id=company.id
        )
        workers.team_ids.date_start = start
        cycle = self.env["supermarket.shift.cycle"]._ensure(company, start, start)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        cycle._close()
        self.env.flush_all()
        statements = self.cr.sql_log_count - before
        self.assertEqual(set(workers.mapped("balance")), {-2})
        self.assertEqual(set(workers.mapped("status")), {"alert"})
        self.assertEqual(cycle.charged_count, count)
        self.assertReplayed(workers)
        return statements

    def test_closing_takes_as_many_statements_for_3_members_as_for_60(self):
        self._close_cycle(1)  # what is cached once
        self.assertEqual(self._close_cycle(3), self._close_cycle(60))

    def _closed(self, workers, days=-1):
        """Close the cycle that ended ``days`` from today, for flying ``workers``."""
        cycle = self.env["supermarket.shift.cycle"].create(
            {
                "company_id": self.company.id,
                "number": 1,
                "date_start": self._day(days - 27),
                "date_stop": self._day(days),
            }
        )
        cycle.action_close()
        return cycle

    def _create_flying(self, name):
        worker = self._create_worker(name, team="flying")
        worker.team_ids.date_start = self._day(-100)
        return worker

    def test_who_pays_a_cycle(self):
        paid = self._create_flying("Paid")
        self._post(paid, "flying_attended", -5)
        owing = self._create_flying("Owing")
        new = self._create_flying("New")
        new.team_ids.date_start = self._day(-20)
        left = self._create_flying("Left")
        left.partner_id.supermarket_is_member = False
        out = self._create_flying("Unsubscribed")
        self._post(out, "correction", -40, points=-8)
        self._post(out, "flying_absent", -30)
        exempted = self._create_flying("Exempted")
        leave = self.env["supermarket.shift.leave"].create(
            {
                "member_id": exempted.id,
                "kind": "exemption",
                "date_start": self._day(-10),
            }
        )
        leave.action_validate()
        cycle = self._closed(self.worker)
        points = {row.member_id: row.points for row in cycle.point_ids}
        self.assertEqual(points, {paid: -1, owing: -2})
        cycle._close()
        self.assertEqual(len(cycle.point_ids), 2)
        self.assertReplayed(paid | owing | new | left | out | exempted)

    def test_cycles_are_closed_in_order_after_their_end(self):
        running = self.env["supermarket.shift.cycle"].create(
            {
                "company_id": self.company.id,
                "number": 9,
                "date_start": self._day(-20),
                "date_stop": self._day(7),
            }
        )
        with self.assertRaisesRegex(UserError, "is not over"):
            running.action_close()
