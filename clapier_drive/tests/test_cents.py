import random

from odoo.tests import BaseCase, tagged

from ..drive_cents import commission, split, to_cents


@tagged("post_install", "-at_install")
class TestCents(BaseCase):
    def test_parts_add_up(self):
        draw = random.Random(3)
        for _number in range(500):
            weights = [draw.choice((0, 1, 2.5, 7)) for _n in range(draw.randint(1, 30))]
            total = draw.randint(-10000, 10000) if sum(weights) else 0
            parts = split(total, weights)
            self.assertEqual(sum(parts), total)
            for part, weight in zip(parts, weights, strict=True):
                if not weight:
                    self.assertEqual(part, 0)
                else:
                    self.assertLess(abs(part - total * weight / sum(weights)), 1)

    def test_cases(self):
        self.assertEqual(split(100, [1, 1, 1]), [34, 33, 33])
        self.assertEqual(split(-100, [1, 1, 1]), [-34, -33, -33])
        self.assertEqual(split(0, [0, 0]), [0, 0])
        with self.assertRaises(ValueError):
            split(1, [0])

    def test_commission_rounds_half_up(self):
        self.assertEqual(commission(250, 18), 45)
        self.assertEqual(commission(25, 18), 5)
        self.assertEqual(commission(-25, 18), -5)
        self.assertEqual(to_cents(19.99), 1999)
