from datetime import date, datetime

from odoo.tests import TransactionCase, tagged

from ..coworking_recurrence import Rule, TooMany, occurrences

# A Monday; summer time begins on Sunday the 28th.
START, STOP = datetime(2027, 3, 15, 9), datetime(2027, 3, 15, 11)


@tagged("post_install", "-at_install")
class TestRecurrence(TransactionCase):
    def _days(self, limit=366, **rule):
        return [
            start.date()
            for start, _stop in occurrences(START, STOP, Rule(**rule), limit)
        ]

    def test_the_hour_of_the_clock_does_not_change(self):
        uses = occurrences(START, STOP, Rule(count=4))
        self.assertEqual([start.hour for start, _stop in uses], [9] * 4)
        self.assertEqual([stop.hour for _start, stop in uses], [11] * 4)
        self.assertEqual(uses[2][0].date(), date(2027, 3, 29))

    def test_until_a_day_included(self):
        self.assertEqual(
            self._days(until=date(2027, 3, 22)), [date(2027, 3, 15), date(2027, 3, 22)]
        )
        self.assertEqual(self._days(until=date(2027, 3, 14)), [])

    def test_several_days_of_every_second_week(self):
        self.assertEqual(
            self._days(interval=2, weekdays=(0, 3), count=3),
            [date(2027, 3, 15), date(2027, 3, 18), date(2027, 3, 29)],
        )

    def test_every_third_day_and_every_month(self):
        self.assertEqual(
            self._days(freq="daily", interval=3, count=2),
            [date(2027, 3, 15), date(2027, 3, 18)],
        )
        self.assertEqual(
            self._days(freq="monthly", count=2), [date(2027, 3, 15), date(2027, 4, 15)]
        )

    def test_a_short_month_has_no_31st(self):
        uses = occurrences(
            datetime(2027, 3, 31, 9),
            datetime(2027, 3, 31, 10),
            Rule("monthly", count=2),
        )
        self.assertEqual(uses[1][0].date(), date(2027, 5, 31))

    def test_too_many_dates_are_refused(self):
        for rule in ({"freq": "daily", "count": 1000}, {"freq": "daily"}):
            with self.assertRaises(TooMany):
                self._days(limit=60, **rule)
        with self.assertRaises(TooMany):
            self._days(limit=60, freq="daily", until=date(2099, 1, 1))
        self.assertEqual(len(self._days(limit=60, freq="daily", count=60)), 60)

    def test_nonsense_is_refused(self):
        for rule in (
            {"freq": "yearly"},
            {"interval": 0},
            {"count": 0},
            {"weekdays": (7,)},
        ):
            with self.assertRaises(ValueError):
                Rule(**rule)
        with self.assertRaises(ValueError):
            occurrences(STOP, START, Rule(count=1))
