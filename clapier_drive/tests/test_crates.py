import random

from odoo.tests import BaseCase, tagged

from ..drive_crates import CrateKind, Item, crate_count, pack

KIND = CrateKind(volume=40, weight=15)


@tagged("post_install", "-at_install")
class TestCrates(BaseCase):
    def test_volume_and_weight_both_count(self):
        for case, items, count in (
            ("nothing", [], 0),
            ("by volume", [Item(1, 9, 10, 0.1)], 3),
            ("by weight", [Item(1, 7, 1, 5)], 3),
            ("cold apart", [Item(1, 1, 1, 1), Item(2, 1, 1, 1, cold=True)], 2),
            ("larger than a crate", [Item(1, 2, 60, 1)], 2),
            ("without size", [Item(1, 500, 0, 0)], 1),
        ):
            with self.subTest(case=case):
                self.assertEqual(len(pack(items, KIND)), count)

    def test_random_baskets_lose_nothing_and_fit(self):
        draw = random.Random(7)
        for number in range(300):
            items = [
                Item(
                    key,
                    draw.randint(1, 6),
                    draw.choice((0.5, 1, 3, 8)),
                    draw.choice((0.2, 1, 2.5, 5)),
                    draw.random() < 0.3,
                )
                for key in range(draw.randint(1, 15))
            ]
            crates = pack(items, KIND)
            with self.subTest(number=number):
                for item in items:
                    packed = sum(
                        crate.items.get(item.key, 0)
                        for crate in crates
                        if crate.cold == item.cold
                    )
                    self.assertEqual(packed, item.count)
                for crate in crates:
                    self.assertLessEqual(crate.volume, KIND.volume + 1e-6)
                    self.assertLessEqual(crate.weight, KIND.weight + 1e-6)
                for cold in (False, True):
                    part = [item for item in items if item.cold == cold]
                    least = crate_count(
                        sum(item.count * item.volume for item in part),
                        sum(item.count * item.weight for item in part),
                        KIND,
                    )
                    used = sum(crate.cold == cold for crate in crates)
                    self.assertLessEqual(least, used)
                    self.assertLessEqual(used, 2 * least + 1)
