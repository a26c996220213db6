import random

from odoo.tests import BaseCase, tagged

from ..drive_allocation import FIRST, FULL, NONE, OVERRIDE, PART, Wish, allocate


def _given(shares):
    return [shares[key].given for key in sorted(shares)]


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    def test_cases(self):
        for case, received, wishes, given, rules in (
            ("enough", 9, [(3, 0), (6, 0)], [3, 6], [FULL, FULL]),
            ("more than enough", 99, [(3, 0), (6, 0)], [3, 6], [FULL, FULL]),
            ("nothing", 0, [(3, 0), (6, 0)], [0, 0], [NONE, NONE]),
            ("in proportion", 6, [(3, 0), (7, 0)], [2, 4], [PART, PART]),
            ("one each first", 2, [(1, 0), (9, 0)], [1, 1], [FULL, FIRST]),
            ("who went without first", 1, [(2, 0), (2, 5)], [0, 1], [NONE, FIRST]),
            (
                "remainder to who went without",
                5,
                [(4, 0), (4, 9)],
                [2, 3],
                [PART, PART],
            ),
        ):
            with self.subTest(case=case):
                shares = allocate(
                    received,
                    [Wish(n, asked, debt) for n, (asked, debt) in enumerate(wishes)],
                )
                self.assertEqual(_given(shares), given)
                self.assertEqual([shares[n].rule for n in sorted(shares)], rules)

    def test_what_a_person_decides_comes_first(self):
        shares = allocate(
            4, [Wish(1, 4), Wish(2, 4, override=3), Wish(3, 2, override=0)]
        )
        self.assertEqual(_given(shares), [1, 3, 0])
        self.assertEqual(shares[2].rule, OVERRIDE)
        for wishes in ([Wish(1, 2, override=3)], [Wish(1, 9, override=5)]):
            with self.subTest(wishes=wishes), self.assertRaises(ValueError):
                allocate(4, wishes)

    def test_random_shortages(self):
        draw = random.Random(11)
        for number in range(500):
            wishes = [
                Wish(key, draw.randint(1, 12), draw.choice((0, 0, draw.random() * 20)))
                for key in range(draw.randint(1, 40))
            ]
            asked = sum(wish.asked for wish in wishes)
            received = draw.randint(0, asked + 5)
            shares = allocate(received, wishes, seed=number)
            with self.subTest(number=number):
                self.assertEqual(sum(_given(shares)), min(received, asked))
                for wish in wishes:
                    self.assertLessEqual(0, shares[wish.key].given)
                    self.assertLessEqual(shares[wish.key].given, wish.asked)
                if received >= len(wishes):
                    self.assertGreaterEqual(min(_given(shares)), 1)
                else:
                    served = [w.debt for w in wishes if shares[w.key].given]
                    without = [w.debt for w in wishes if not shares[w.key].given]
                    self.assertGreaterEqual(
                        min(served, default=0), max(without, default=0) if served else 0
                    )
                again = allocate(received, list(reversed(wishes)), seed=number)
                self.assertEqual(
                    {
                        key: share.rule
                        for key, share in again.items()
                        if share.rule == NONE
                    },
                    {
                        key: share.rule
                        for key, share in shares.items()
                        if share.rule == NONE
                    },
                )

    def test_the_draw_follows_the_seed(self):
        wishes = [Wish(key, 1) for key in range(30)]
        first = allocate(10, wishes, seed="a")
        self.assertEqual(first, allocate(10, wishes[::-1], seed="a"))
        self.assertNotEqual(first, allocate(10, wishes, seed="b"))
