from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..foodshare_mushroom import efficiency, next_flush, next_weight

DAY = date(2027, 3, 1)


@tagged("post_install", "-at_install")
class TestMushroomRule(BaseCase):
    def _next(self, *harvests):
        return next_flush(DAY, harvests, 21, 14, 3)

    def test_efficiency_is_fresh_over_dry(self):
        self.assertEqual(efficiency(7.5, 10.0), 75.0)
        self.assertEqual(efficiency(0.0, 10.0), 0.0)
        for dry in (0.0, -1.0):
            with self.subTest(dry=dry), self.assertRaises(ValueError):
                efficiency(1.0, dry)

    def test_next_flush(self):
        self.assertEqual(self._next(), date(2027, 3, 22))
        first, second = date(2027, 3, 25), date(2027, 4, 8)
        self.assertEqual(self._next(first), second)
        self.assertEqual(self._next(second, first), second + timedelta(days=14))
        self.assertIsNone(self._next(first, second, second))

    def test_what_is_left_is_shared_by_the_flushes_to_come(self):
        self.assertEqual(next_weight(10.0, 75.0, 0.0, 0, 3), 2.5)
        self.assertEqual(next_weight(10.0, 75.0, 4.5, 1, 3), 1.5)
        self.assertEqual(next_weight(10.0, 75.0, 9.0, 2, 3), 0.0)
        self.assertEqual(next_weight(10.0, 75.0, 1.0, 3, 3), 0.0)
