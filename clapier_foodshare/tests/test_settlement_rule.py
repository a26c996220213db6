import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..foodshare_settlement import cents, settle


@tagged("post_install", "-at_install")
class TestSettlementRule(BaseCase):
    def test_what_is_due_explains_itself_to_the_cent(self):
        draw = random.Random(6)
        for _number in range(500):
            result = settle(
                draw.uniform(0, 900),
                draw.uniform(-20, 600),
                draw.uniform(0, 60),
                draw.choice((0, 12.5, 15, 33.33, 100)),
            )
            self.assertEqual(
                result.sales - result.ingredients - result.kitchen_fee - result.share,
                result.due,
            )
            for amount in (result.sales, result.share, result.due):
                self.assertEqual(amount, cents(amount))

    def test_a_loss_is_not_shared(self):
        result = settle(100, 150, 40, 15)
        self.assertEqual((result.share, result.due), (Decimal(0), Decimal(-90)))

    def test_an_ordinary_service(self):
        result = settle(320, 120, 40, 15)
        self.assertEqual((result.share, result.due), (Decimal(30), Decimal(130)))

    def test_impossible_amounts(self):
        for amounts in ((-1, 0, 0, 0), (0, 0, -1, 0), (0, 0, 0, 101)):
            with self.subTest(amounts=amounts), self.assertRaises(ValueError):
                settle(*amounts)
