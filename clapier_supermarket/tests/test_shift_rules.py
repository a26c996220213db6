import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from odoo.tests import BaseCase, tagged

from ..shift_rules import (
    FIXED,
    MAY_SHOP,
    RANKS,
    STATUSES,
    Event,
    Rules,
    Situation,
    Standing,
    judge,
    order,
    replay,
    step,
)

# Day 0 of the table: a Monday.
DAY_0 = date(2026, 3, 2)


def day(offset):
    """Return the date of a day of the table; None stays None."""
    return None if offset is None else DAY_0 + timedelta(days=offset)


def periods(pairs):
    """Return periods of the table as dates."""
    return tuple((day(start), day(stop)) for start, stop in pairs)


def situation(left=None, blocked=False, leaves=(), exemptions=(), extensions=()):
    """Return a Situation from days of the table."""
    return Situation(
        left_on=day(left),
        blocked=blocked,
        leaves=periods(leaves),
        exemptions=periods(exemptions),
        extensions=periods(extensions),
    )


DEBT = ((0, "own_excused"),)
ABSENT = ((0, "own_absent"),)
TWICE_ABSENT = ((0, "own_absent"), (28, "own_absent"))
# Four closings without a shift: -2 each, the fourth reaches the floor of -8.
CLOSINGS = tuple((28 * rank, "closing") for rank in range(4))

# name, events (day, kind[, points]), situation, other rules, day judged,
# status, balance, since, until, next change
CASES = [
    # Up to date
    ("no event", (), {}, {}, 0, "up_to_date", 0, None, None, None),
    ("own shift attended", ((0, "own_attended"),), {}, {}, 0,
     "up_to_date", 0, None, None, None),
    ("own shift exchanged", ((0, "own_exchanged"),), {}, {}, 0,
     "up_to_date", 0, None, None, None),
    ("own shift on a closure day", ((0, "own_closure"),), {}, {}, 0,
     "up_to_date", 0, None, None, None),
    ("flying shift attended", ((0, "flying_attended"),), {}, {}, 0,
     "up_to_date", 1, None, None, None),
    ("flying shift excused", ((0, "flying_excused"),), {}, {}, 0,
     "up_to_date", 0, None, None, None),
    ("opening balance above zero", ((0, "opening", 3),), {}, {}, 5,
     "up_to_date", 3, None, None, None),
    # Alert, and suspended from day 28 on
    ("excused: alert on the day", DEBT, {}, {}, 0, "alert", -1, 0, 27, 28),
    ("absent: alert on the day", ABSENT, {}, {}, 0, "alert", -2, 0, 27, 28),
    ("flying absent: alert", ((0, "flying_absent"),), {}, {}, 0, "alert", -1, 0, 27, 28),
    ("opening debt: alert", ((0, "opening", -3),), {}, {}, 1, "alert", -3, 0, 27, 28),
    ("alert on day 1", DEBT, {}, {}, 1, "alert", -1, 0, 27, 28),
    ("alert on day 27, the last", DEBT, {}, {}, 27, "alert", -1, 0, 27, 28),
    ("suspended on day 28", DEBT, {}, {}, 28, "suspended", -1, 28, None, None),
    ("suspended on day 300", DEBT, {}, {}, 300, "suspended", -1, 28, None, None),
    ("the policy says 14 days: last of alert", DEBT, {}, {"alert_days": 14}, 13,
     "alert", -1, 0, 13, 14),
    ("the policy says 14 days: suspended", DEBT, {}, {"alert_days": 14}, 14,
     "suspended", -1, 14, None, None),
    ("the policy has no alert", DEBT, {}, {"alert_days": 0}, 0,
     "suspended", -1, 0, None, None),
    ("a deeper debt does not start the alert again",
     ((0, "own_excused"), (20, "own_excused")), {}, {}, 28,
     "suspended", -2, 28, None, None),
    ("a debt paid in part does not start the alert again",
     ((0, "own_absent"), (20, "make_up_attended")), {}, {}, 28,
     "suspended", -1, 28, None, None),
    ("a debt paid back and made again starts a new alert",
     ((0, "own_excused"), (10, "make_up_attended"), (20, "own_excused")), {}, {}, 28,
     "alert", -1, 20, 47, 48),
    # Make-ups never above zero
    ("make-up pays back", ((0, "own_excused"), (5, "make_up_attended")), {}, {}, 5,
     "up_to_date", 0, None, None, None),
    ("two make-ups for an absence",
     ((0, "own_absent"), (5, "make_up_attended"), (6, "make_up_attended")), {}, {}, 6,
     "up_to_date", 0, None, None, None),
    ("make-up without a debt is worth nothing", ((0, "make_up_attended"),), {}, {}, 0,
     "up_to_date", 0, None, None, None),
    ("three make-ups for one debt",
     ((0, "own_excused"), *((rank, "make_up_attended") for rank in (1, 2, 3))), {}, {},
     9, "up_to_date", 0, None, None, None),
    ("make-up keeps what is above zero", ((0, "opening", 2), (1, "make_up_attended")),
     {}, {}, 1, "up_to_date", 2, None, None, None),
    ("the policy lets make-ups go up to 2",
     tuple((rank, "make_up_attended") for rank in (1, 2, 3)), {},
     {"make_up_ceiling": 2}, 9, "up_to_date", 2, None, None, None),
    ("make-up worth 2 is cut at zero", ((0, "own_excused"), (1, "make_up_attended")),
     {}, {"make_up_attended": 2}, 1, "up_to_date", 0, None, None, None),
    ("make-up missed costs nothing", ((0, "own_excused"), (3, "make_up_absent")), {}, {},
     3, "alert", -1, 0, 27, 28),
    ("make-up on a closure day is credited",
     ((0, "own_excused"), (3, "make_up_closure")), {}, {}, 3,
     "up_to_date", 0, None, None, None),
    ("make-up lifts a suspension", ((0, "own_excused"), (40, "make_up_attended")), {},
     {}, 40, "up_to_date", 0, None, None, None),
    # Flying closings
    ("closing after a shift", ((0, "flying_attended"), (27, "closing")), {}, {}, 27,
     "up_to_date", 0, None, None, None),
    ("closing without a shift", ((27, "closing"),), {}, {}, 27,
     "alert", -2, 27, 54, 55),
    ("closing after two shifts",
     ((0, "flying_attended"), (9, "flying_attended"), (27, "closing")), {}, {}, 27,
     "up_to_date", 1, None, None, None),
    ("closing of a cycle paid ahead",
     ((0, "flying_attended"), (9, "flying_attended"), (27, "closing"), (55, "closing")),
     {}, {}, 55, "up_to_date", 0, None, None, None),
    ("closing of a debt paid with one shift",
     ((0, "closing"), (9, "flying_attended"), (28, "closing")), {}, {}, 28,
     "suspended", -3, 28, None, None),
    ("other cooperatives: always -1", ((27, "closing"),), {}, {"closing_debt": -1}, 27,
     "alert", -1, 27, 54, 55),
    ("flying shift on a closure day counts for the closing",
     ((5, "flying_closure"), (27, "closing")), {}, {}, 27,
     "up_to_date", 0, None, None, None),
    ("closing comes last on its day", ((27, "closing"), (27, "flying_attended")), {}, {},
     27, "up_to_date", 0, None, None, None),
    ("exemption comes before what is done on its day",
     ((0, "own_excused"), (9, "own_excused"), (9, "exemption")), {},
     {"exemption_forgives": True}, 9, "alert", -1, 9, 36, 37),
    # A debt follows from a team to the other
    ("standard debt closes as flying", ((0, "own_excused"), (27, "closing")), {}, {}, 27,
     "alert", -3, 0, 27, 28),
    ("standard debt is paid by flying shifts",
     ((0, "own_absent"), (9, "flying_attended"), (12, "flying_attended")), {}, {}, 12,
     "up_to_date", 0, None, None, None),
    ("flying debt is paid by make-ups",
     ((0, "closing"), (9, "make_up_attended"), (12, "make_up_attended")), {}, {}, 12,
     "up_to_date", 0, None, None, None),
    ("a standard balance of -8 is no flying one",
     tuple((rank, "own_excused") for rank in range(8)), {}, {}, 9,
     "alert", -8, 0, 27, 28),
    ("a standard debt of -8 counts at the next flying event",
     (*((rank, "own_excused") for rank in range(8)), (9, "flying_absent")), {}, {}, 9,
     "unsubscribed", -9, 9, None, 28),
    # Extensions
    ("extension granted in the alert", DEBT, {"extensions": [(10, 37)]}, {}, 10,
     "extended", -1, 10, 37, 28),
    ("before the extension", DEBT, {"extensions": [(10, 37)]}, {}, 9,
     "alert", -1, 0, 27, 10),
    ("extension lifts a suspension", DEBT, {"extensions": [(30, 57)]}, {}, 30,
     "extended", -1, 30, 57, 58),
    ("suspended before the extension", DEBT, {"extensions": [(30, 57)]}, {}, 29,
     "suspended", -1, 28, None, 30),
    ("last day of the extension", DEBT, {"extensions": [(30, 57)]}, {}, 57,
     "extended", -1, 30, 57, 58),
    ("the day after the extension", DEBT, {"extensions": [(30, 57)]}, {}, 58,
     "suspended", -1, 28, None, None),
    ("an extension shorter than the alert", DEBT, {"extensions": [(5, 9)]}, {}, 10,
     "alert", -1, 0, 27, 28),
    ("an extension without a debt", (), {"extensions": [(5, 9)]}, {}, 6,
     "up_to_date", 0, None, None, 10),
    ("of two extensions the later end", DEBT, {"extensions": [(5, 9), (7, 34)]}, {}, 8,
     "extended", -1, 7, 34, 10),
    # Leaves
    ("on leave", (), {"leaves": [(0, 55)]}, {}, 20, "on_leave", 0, 0, 55, 56),
    ("the day before a leave", (), {"leaves": [(5, 60)]}, {}, 4,
     "up_to_date", 0, None, None, 5),
    ("the last day of a leave", (), {"leaves": [(0, 55)]}, {}, 55,
     "on_leave", 0, 0, 55, 56),
    ("the day after a leave", (), {"leaves": [(0, 55)]}, {}, 56,
     "up_to_date", 0, None, None, None),
    ("a leave in the alert", DEBT, {"leaves": [(10, 65)]}, {}, 10,
     "on_leave", -1, 10, 65, 28),
    ("a leave across the end of the alert", DEBT, {"leaves": [(10, 65)]}, {}, 28,
     "on_leave", -1, 10, 65, 66),
    ("after a leave the debt is as old as before", DEBT, {"leaves": [(10, 65)]}, {}, 66,
     "suspended", -1, 28, None, None),
    ("a leave ends within the alert", DEBT, {"leaves": [(3, 17)]}, {}, 18,
     "alert", -1, 0, 27, 28),
    ("a leave across an extension", DEBT,
     {"leaves": [(20, 75)], "extensions": [(10, 37)]}, {}, 20, "on_leave", -1, 20, 75, 28),
    ("an extension after a leave", DEBT,
     {"leaves": [(20, 34)], "extensions": [(30, 57)]}, {}, 35, "extended", -1, 30, 57, 58),
    ("a leave that forgives", ((0, "own_absent"), (10, "leave_parental")),
     {"leaves": [(10, 365)]}, {"leave_parental_forgives": True}, 400,
     "up_to_date", 0, None, None, None),
    ("a leave that forgives keeps what is ahead",
     ((0, "opening", 2), (10, "leave_incapacity")), {},
     {"leave_incapacity_forgives": True}, 10, "up_to_date", 2, None, None, None),
    ("a leave until further notice", (), {"leaves": [(0, None)]}, {}, 900,
     "on_leave", 0, 0, None, None),
    # Exemptions
    ("exempted", (), {"exemptions": [(0, None)]}, {}, 5, "exempted", 0, 0, None, None),
    ("exempted until a day", (), {"exemptions": [(0, 20)]}, {}, 20,
     "exempted", 0, 0, 20, 21),
    ("after an exemption", (), {"exemptions": [(0, 20)]}, {}, 21,
     "up_to_date", 0, None, None, None),
    ("exempted with a debt: alert first", DEBT, {"exemptions": [(1, None)]}, {}, 5,
     "alert", -1, 0, 27, 28),
    ("exempted with a debt: suspended", DEBT, {"exemptions": [(1, None)]}, {}, 28,
     "suspended", -1, 28, None, None),
    # Blocks
    ("blocked", (), {"blocked": True}, {}, 0, "blocked", 0, None, None, None),
    ("blocked in the alert", DEBT, {"blocked": True}, {}, 5,
     "blocked", -1, None, None, 28),
    ("blocked on leave", (), {"blocked": True, "leaves": [(0, 55)]}, {}, 5,
     "blocked", 0, None, None, 56),
    ("unsubscribed before blocked", TWICE_ABSENT, {"blocked": True}, {}, 28,
     "unsubscribed", -4, 28, None, None),
    # Unsubscribed: absences
    ("two absences", TWICE_ABSENT, {}, {}, 28, "unsubscribed", -4, 28, None, None),
    ("two absences, before the second", TWICE_ABSENT[:1], {}, {}, 27,
     "alert", -2, 0, 27, 28),
    *(
        (f"{kind} between two absences",
         ((0, "own_absent"), (14, kind), (28, "own_absent")), {}, {}, 28,
         "suspended", balance, 28, None, None)
        for kind, balance in (
            ("own_attended", -4),
            ("own_excused", -5),
            ("own_exchanged", -4),
            ("make_up_attended", -3),
            ("leave_temporary", -4),
            ("leave_incapacity", -4),
            ("leave_parental", -4),
        )
    ),
    *(
        (f"{kind} redeems no absence",
         ((0, "own_absent"), (14, kind), (28, "own_absent")), {}, {}, 28,
         "unsubscribed", -4, 28, None, None)
        for kind in ("make_up_absent", "make_up_excused", "own_closure")
    ),
    ("flying absences are not own ones", ((0, "flying_absent"), (9, "flying_absent")),
     {}, {}, 9, "alert", -2, 0, 27, 28),
    ("the policy says three absences", TWICE_ABSENT, {}, {"absences_max": 3}, 28,
     "suspended", -4, 28, None, None),
    ("a make-up after it does not undo it",
     (*TWICE_ABSENT, (30, "make_up_attended")), {}, {}, 30,
     "unsubscribed", -3, 28, None, None),
    ("unsubscribed before a leave", TWICE_ABSENT, {"leaves": [(0, 99)]}, {}, 28,
     "unsubscribed", -4, 28, None, 100),
    # Unsubscribed: flying floor
    ("three closings: above the floor", CLOSINGS[:3], {}, {}, 56,
     "suspended", -6, 28, None, None),
    ("four closings: the floor", CLOSINGS, {}, {}, 84, "unsubscribed", -8, 84, None, None),
    ("the policy says -4", CLOSINGS[:2], {}, {"flying_floor": -4}, 28,
     "unsubscribed", -4, 28, None, None),
    # Unsubscribed: no share left
    ("the last share went", (), {"left": 10}, {}, 12, "unsubscribed", 0, 10, None, None),
    ("on the day the last share went", DEBT, {"left": 10}, {}, 10,
     "unsubscribed", -1, 10, None, 28),
    ("before the last share goes", (), {"left": 10}, {}, 9,
     "up_to_date", 0, None, None, 10),
    ("two reasons: since the first", TWICE_ABSENT, {"left": 40}, {}, 50,
     "unsubscribed", -4, 28, None, None),
    # Registered again
    ("registered again", (*TWICE_ABSENT, (40, "resume")), {}, {}, 40,
     "up_to_date", 0, None, None, None),
    ("registered again, absent once",
     (*TWICE_ABSENT, (40, "resume"), (60, "own_absent")), {}, {}, 60,
     "alert", -2, 60, 87, 88),
    ("registered again after the floor", (*CLOSINGS, (90, "resume")), {}, {}, 90,
     "up_to_date", 0, None, None, None),
    ("the policy resumes at -2",
     (*TWICE_ABSENT, (40, "resume")), {}, {"resume_balance": -2}, 40,
     "suspended", -2, 28, None, None),
    # Corrections
    ("a correction pays back", ((0, "own_absent"), (3, "correction", 2)), {}, {}, 3,
     "up_to_date", 0, None, None, None),
    ("a correction may take the balance above zero", ((0, "correction", 5),), {}, {}, 0,
     "up_to_date", 5, None, None, None),
    ("a correction makes a debt", ((0, "correction", -1),), {}, {}, 3,
     "alert", -1, 0, 27, 28),
]  # fmt: skip


@tagged("post_install", "-at_install")
class TestShiftRules(BaseCase):
    def test_cases(self):
        for name, rows, where, numbers, at, status, balance, *dates in CASES:
            with self.subTest(name):
                rules = replace(Rules(), **numbers)
                events = [
                    Event(day(offset), kind, rank + 1, *points)
                    for rank, (offset, kind, *points) in enumerate(rows)
                ]
                _rows, standing = replay(events, lambda _day, rules=rules: rules)
                judged = judge(standing, situation(**where), rules, day(at))
                self.assertEqual(standing.balance, balance)
                self.assertEqual(judged.name, status)
                self.assertEqual(
                    (judged.since, judged.until, judged.next_change),
                    tuple(map(day, dates)),
                )

    def test_the_table_names_each_case_once_and_has_every_status(self):
        self.assertGreaterEqual(len(CASES), 65)
        self.assertEqual(len({case[0] for case in CASES}), len(CASES))
        self.assertEqual({case[5] for case in CASES}, set(STATUSES))
        self.assertEqual(
            {kind for case in CASES for _day, kind, *_points in case[1]}
            | {"flying_exchanged"},
            set(RANKS),
        )

    def test_who_may_shop(self):
        self.assertEqual(MAY_SHOP, {"up_to_date", "alert", "extended", "exempted"})

    def test_points_follow_the_policy_of_their_day(self):
        dear = replace(Rules(), own_excused=-3)
        events = [Event(day(0), "own_excused", 1), Event(day(9), "own_excused", 2)]
        rows, standing = replay(events, lambda at: dear if at >= day(5) else Rules())
        self.assertEqual([points for _event, points in rows], [-1, -3])
        self.assertEqual(standing.balance, -4)

    def test_a_replay_of_any_order_is_the_same(self):
        chance = random.Random(20)
        for _run in range(200):
            events = self._some_events(chance)
            shuffled = chance.sample(events, len(events))
            self.assertEqual(
                replay(events, lambda _day: Rules()),
                replay(shuffled, lambda _day: Rules()),
            )

    def test_a_replay_is_one_step_after_the_other(self):
        chance = random.Random(21)
        for _run in range(200):
            events = sorted(self._some_events(chance), key=order)
            standing = Standing()
            points = [step(standing, event, Rules()) for event in events]
            rows, replayed = replay(events, lambda _day: Rules())
            self.assertEqual([worth for _event, worth in rows], points)
            self.assertEqual(replayed, standing)
            self.assertEqual(sum(points), standing.balance)

    def test_a_debt_has_a_beginning_and_nothing_else_has(self):
        chance = random.Random(22)
        for _run in range(200):
            standing = replay(self._some_events(chance), lambda _day: Rules())[1]
            self.assertEqual(standing.balance < 0, standing.negative_since is not None)
            self.assertEqual(
                standing.unsubscribed_on is None, standing.unsubscribed_by is None
            )

    def test_nothing_changes_between_today_and_the_next_change(self):
        chance = random.Random(23)
        for _run in range(300):
            standing = replay(self._some_events(chance), lambda _day: Rules())[1]
            where = self._some_situation(chance)
            statuses = [judge(standing, where, Rules(), day(x)) for x in range(60, 260)]
            for rank, (before, after) in enumerate(pairwise(statuses)):
                tomorrow = day(61 + rank)
                if before.next_change == tomorrow:
                    continue
                self.assertEqual(before, after, (standing, where, tomorrow))

    def test_the_day_until_is_the_last(self):
        chance = random.Random(24)
        for _run in range(300):
            standing = replay(self._some_events(chance), lambda _day: Rules())[1]
            where = self._some_situation(chance, left=False)
            judged = judge(standing, where, Rules(), day(60))
            if judged.until:
                after = judge(
                    standing, where, Rules(), judged.until + timedelta(days=1)
                )
                self.assertNotEqual(
                    (after.name, after.since), (judged.name, judged.since)
                )

    def _some_events(self, chance):
        """Return up to 30 events within the 60 days before day 60."""
        kinds = sorted(RANKS)
        return [
            Event(
                day(chance.randrange(60)),
                kind := chance.choice(kinds),
                rank + 1,
                chance.randint(-3, 3) if kind in FIXED else 0,
            )
            for rank in range(chance.randrange(30))
        ]

    def _some_situation(self, chance, left=True):
        """Return periods anywhere from day 40 to day 240."""

        def some_periods():
            pairs = []
            for _rank in range(chance.randrange(3)):
                start = chance.randrange(40, 200)
                stop = start + chance.randrange(40) if chance.random() < 0.9 else None
                pairs.append((start, stop))
            return pairs

        return situation(
            left=chance.randrange(60, 200) if left and chance.random() < 0.3 else None,
            blocked=chance.random() < 0.1,
            leaves=some_periods(),
            exemptions=some_periods(),
            extensions=some_periods(),
        )
