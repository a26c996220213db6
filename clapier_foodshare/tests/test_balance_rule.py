import random

from odoo.tests import BaseCase, tagged

from ..foodshare_balance import SINKS, SOURCES, balance, grams

PLACES = ("shop", "kitchen", "fridge", "compost")


@tagged("post_install", "-at_install")
class TestBalanceRule(BaseCase):
    def test_every_place_closes_on_random_histories(self):
        draw = random.Random(11)
        for _number in range(200):
            flows = []
            for _flow in range(draw.randint(0, 60)):
                source = draw.choice(SOURCES + PLACES)
                target = draw.choice([p for p in PLACES + SINKS if p != source])
                flows.append((source, target, draw.randint(1, 5000)))
            stocks = {
                place: (draw.randint(0, 9000), draw.randint(0, 9000))
                for place in draw.sample(PLACES, draw.randint(0, 4))
            }
            result = balance(flows, stocks)
            for place, row in result.items():
                self.assertEqual(row.came, row.went + row.kept + row.remainder)
                if place not in stocks:
                    self.assertEqual(row.remainder, 0)
            self.assertEqual(
                sum(weight for source, _t, weight in flows if source in SOURCES),
                sum(weight for _s, target, weight in flows if target in SINKS)
                + sum(row.kept + row.remainder for row in result.values()),
            )

    def test_what_nobody_explains_is_the_remainder(self):
        row = balance(
            [("supplier", "shop", 1000), ("shop", "sold", 600)], {"shop": (0, 300)}
        )
        self.assertEqual(row["shop"].remainder, 100)

    def test_flows_move_something_somewhere(self):
        for flow in (("shop", "shop", 1), ("shop", "sold", 0), ("shop", "sold", -5)):
            with self.subTest(flow=flow), self.assertRaises(ValueError):
                balance([flow], {})

    def test_grams_are_whole(self):
        self.assertEqual(grams(0.1) + grams(0.2), grams(0.3))
