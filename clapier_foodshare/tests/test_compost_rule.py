from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..foodshare_compost import (
    FRESH,
    MATURING,
    PENALTIES,
    READY,
    Observation,
    health,
    maturity,
    monday,
    over_limit,
    per_week,
    ready_on,
    troubles,
)

TODAY = date(2027, 3, 3)


@tagged("post_install", "-at_install")
class TestCompostRule(BaseCase):
    def _troubles(self, kind=FRESH, day=TODAY, **seen):
        seen = {"temperature": 55.0, "browns": "enough", "moisture": "right", **seen}
        return troubles(Observation(day, **seen), kind, TODAY)

    def test_a_warm_heap_is_well(self):
        self.assertEqual(self._troubles(), [])
        self.assertEqual(health([]), 100)

    def test_each_trouble_is_named(self):
        cases = {
            "too_hot": {"temperature": 71.0},
            "cold": {"temperature": 39.9},
            "browns_none": {"browns": "none"},
            "browns_low": {"browns": "low"},
            "dry": {"moisture": "dry"},
            "wet": {"moisture": "wet"},
            "ammonia": {"smell": "ammonia"},
            "rotten": {"smell": "rotten"},
            "not_visited": {"day": TODAY - timedelta(days=8)},
        }
        for code, seen in cases.items():
            with self.subTest(code=code):
                self.assertEqual(self._troubles(**seen), [code])
                self.assertEqual(health([code]), 100 - PENALTIES[code])

    def test_the_bounds_themselves_are_well(self):
        self.assertEqual(self._troubles(temperature=40.0), [])
        self.assertEqual(self._troubles(temperature=70.0), [])
        self.assertEqual(self._troubles(day=TODAY - timedelta(days=7)), [])

    def test_what_nobody_looked_at_is_no_trouble(self):
        self.assertEqual(troubles(Observation(TODAY), FRESH, TODAY), [])

    def test_a_ripening_heap_may_be_cold_and_alone(self):
        self.assertEqual(
            self._troubles(
                MATURING,
                day=TODAY - timedelta(days=60),
                temperature=12.0,
                browns="none",
            ),
            [],
        )
        self.assertEqual(self._troubles(MATURING, smell="rotten"), ["rotten"])

    def test_a_bin_nobody_visited(self):
        self.assertEqual(troubles(None, FRESH, TODAY), ["never_visited"])
        self.assertEqual(health(["never_visited"]), 0)
        self.assertEqual(troubles(None, READY, TODAY), [])

    def test_the_worst_comes_first_and_health_is_never_negative(self):
        codes = self._troubles(
            day=TODAY - timedelta(days=30),
            temperature=10.0,
            browns="none",
            moisture="wet",
            smell="rotten",
        )
        self.assertEqual(codes[0], "rotten")
        self.assertEqual(health(codes), 0)

    def test_weeks_begin_on_monday_and_corrections_count(self):
        weeks = per_week(
            [
                (date(2027, 2, 28), 0.1),
                (date(2027, 3, 1), 600.0),
                (date(2027, 3, 7), 400.0),
                (date(2027, 3, 7), 0.2),
                (date(2027, 3, 7), -0.2),
            ]
        )
        self.assertEqual(weeks, {date(2027, 2, 22): 0.1, date(2027, 3, 1): 1000.0})
        self.assertEqual(over_limit(weeks, 1000.0), [])
        self.assertEqual(over_limit(weeks, 999.9), [date(2027, 3, 1)])
        self.assertEqual(monday(date(2027, 3, 1)), date(2027, 3, 1))

    def test_maturity(self):
        closed = TODAY - timedelta(days=45)
        self.assertEqual(maturity(FRESH, None, TODAY, 180), 0)
        self.assertEqual(maturity(MATURING, closed, TODAY, 180), 25)
        self.assertEqual(maturity(MATURING, closed, TODAY, 30), 100)
        self.assertEqual(maturity(READY, None, TODAY, 180), 100)
        self.assertEqual(ready_on(closed, 45), TODAY)
        self.assertFalse(ready_on(None, 45))
