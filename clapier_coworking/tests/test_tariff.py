from datetime import datetime
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from ..coworking_tariff import DAY, EVENING, HALF_DAY, HOUR, NoPrice, amount_of, quote
from ..coworking_time import ImpossibleTime, to_local, to_utc

PRICES = {HOUR: 10.0, HALF_DAY: 30.0, DAY: 50.0, EVENING: 25.0}


def _quote(first, last, prices=None):
    start, stop = (datetime.fromisoformat(f"2027-03-{text}") for text in (first, last))
    lines = quote(start, stop, prices or PRICES)
    return lines, amount_of(lines, prices or PRICES)


@tagged("post_install", "-at_install")
class TestTariff(BaseCase):
    def test_cheapest_combination(self):
        for first, last, expected, amount in (
            ("01 09:00", "01 10:30", {HOUR: 1.5}, 15),
            ("01 09:00", "01 13:00", {HALF_DAY: 1}, 30),
            ("01 09:00", "01 14:00", {HALF_DAY: 1, HOUR: 1}, 40),
            ("01 09:00", "01 17:00", {DAY: 1}, 50),
            ("01 18:00", "01 20:00", {HOUR: 2}, 20),
            ("01 18:00", "01 22:00", {EVENING: 1}, 25),
            ("01 09:00", "01 22:00", {DAY: 1, EVENING: 1}, 75),
            ("01 09:00", "02 17:00", {DAY: 2, EVENING: 1, HALF_DAY: 0}, 125),
        ):
            with self.subTest(first=first, last=last):
                lines, total = _quote(first, last)
                if first[:2] == last[:2]:
                    self.assertEqual(lines, expected)
                    self.assertEqual(total, amount)
                else:
                    # The night between two days is an evening and a morning.
                    self.assertEqual(lines, {DAY: 2, EVENING: 1})

    def test_units_without_price_are_not_used(self):
        self.assertEqual(_quote("01 09:00", "01 10:00", {DAY: 50.0}), ({DAY: 1}, 50))
        self.assertEqual(
            _quote("01 09:00", "01 17:00", {HALF_DAY: 30.0}), ({HALF_DAY: 2}, 60)
        )

    def test_no_price_is_said(self):
        for first, last in (("01 09:00", "01 19:00"), ("01 19:00", "01 20:00")):
            with self.subTest(first=first), self.assertRaises(NoPrice):
                _quote(first, last, {DAY: 50.0})

    def test_free_is_a_price(self):
        self.assertEqual(_quote("01 09:00", "01 10:00", {HOUR: 0.0}), ({HOUR: 1}, 0))

    def test_skipped_and_repeated_times_are_impossible(self):
        zone = ZoneInfo("Europe/Paris")
        for local in (datetime(2027, 3, 28, 2, 30), datetime(2027, 10, 31, 2, 30)):
            with self.subTest(local=local), self.assertRaises(ImpossibleTime):
                to_utc(local, zone)
        noon = datetime(2027, 3, 28, 12)
        self.assertEqual(to_local(to_utc(noon, zone), zone), noon)
