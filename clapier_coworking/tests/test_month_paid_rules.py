from datetime import date
from itertools import product
from random import Random

from odoo.tests import BaseCase, tagged

from ..coworking_month_rules import WAYS_MAX, Facts, Line, cover, settle, ways
from ..coworking_plan_rules import (
    DAY,
    HOUR,
    Pack,
    Part,
    Plan,
    granted,
    last_day,
    money,
    parts_of_month,
    price_of,
)

ROUNDS = 200
MARCH = date(2027, 3, 1)
WHOLE = (Part(None, MARCH, last_day(MARCH)),)
FULL = Plan(1, "Full", 150.0, hours=10, days=None, hour_price=8)
HALF = Plan(2, "Half", 80.0, hours=5, days=8, hour_price=9)
DAY_PASS = Pack(1, "Day Pass", DAY, 1, 15.0)
TEN_DAYS = Pack(2, "Ten Days", DAY, 10, 120.0)
FIVE_HOURS = Pack(3, "Five Hours", HOUR, 5, 40.0)
PACKS = (DAY_PASS, TEN_DAYS, FIVE_HOURS)


def cheapest(facts):
    """Return the least price of a month: every plan, every choice of what stays paid."""
    month = facts.parts or WHOLE
    least = None
    for chosen in product((True, False), repeat=len(facts.paid)):
        pairs = list(zip(facts.paid, chosen, strict=True))
        kept = sum(row[2] for row, covered in pairs if not covered)
        used = {
            unit: sum(row[1] for row, covered in pairs if covered and row[0] == unit)
            for unit in (DAY, HOUR)
        }
        for plan in (None, *facts.plans):
            amount, rate = kept, None
            hours = days = 0.0
            if plan:
                parts = [Part(plan, part.first, part.last) for part in month]
                hours, days = granted(parts)
                amount, rate = amount + price_of(parts), plan.hour_price or None
            beyond_days = max(facts.days + used[DAY] - days, 0)
            found = [
                cover(
                    DAY,
                    0 if plan and plan.days is None else round(beyond_days, 2),
                    tuple(pack for pack in facts.packs if pack.unit == DAY),
                ),
                cover(
                    HOUR,
                    round(max(facts.hours + used[HOUR] - hours, 0), 2),
                    tuple(pack for pack in facts.packs if pack.unit == HOUR),
                    rate,
                ),
            ]
            if None not in found:
                amount += sum(line.amount for lines in found for line in lines)
                least = amount if least is None else min(least, amount)
    return least


@tagged("post_install", "-at_install")
class TestMonthPaidRules(BaseCase):
    def test_days_paid_in_money_are_credited_down_to_passes(self):
        result = settle(Facts(MARCH, paid=((DAY, 1, 16.0),) * 10, packs=PACKS))
        self.assertEqual((result.paid, result.charged, result.credit), (160, 160, 40))

    def test_a_cheap_hour_stays_as_it_was_paid(self):
        paid = ((HOUR, 1, 2.0), (HOUR, 5, 100.0))
        result = settle(Facts(MARCH, paid=paid, packs=PACKS))
        self.assertEqual((result.charged, result.credit), (102, 60))
        self.assertIn(Line("paid", HOUR, 1.0, 2.0), result.fair.lines)

    def test_what_the_plan_has_left_is_used(self):
        parts = (Part(HALF, MARCH, last_day(MARCH)),)
        facts = Facts(
            MARCH,
            parts,
            invoiced=80.0,
            hours=3,
            days=8,
            balance=2,
            hour_price=9,
            plans=(HALF,),
            packs=PACKS,
            paid=((HOUR, 4, 60.0),),
        )
        result = settle(facts)
        self.assertEqual((result.charged, result.credit), (140, 42))
        self.assertEqual(result.taken, (2, 0))

    def test_passes_of_before_are_not_counted_against_it(self):
        facts = Facts(MARCH, days=5, paid=((DAY, 1, 20.0),) * 5, packs=PACKS)
        self.assertEqual(settle(facts).credit, 25)

    def test_never_charged_more_than_it_was(self):
        result = settle(Facts(MARCH, paid=((DAY, 1, 5.0),), packs=PACKS))
        self.assertEqual((result.charged, result.credit, result.total), (5, 0, 0))

    def test_many_uses_have_few_ways(self):
        random = Random(1)
        paid = tuple(
            (HOUR, random.randrange(1, 900) / 100, random.randrange(1, 9000) / 100)
            for _rank in range(300)
        )
        found = ways(HOUR, paid)
        self.assertLessEqual(len(found), max(WAYS_MAX, len(paid) + 1))
        self.assertEqual(found[-1][2], 0)
        self.assertAlmostEqual(found[0][2], sum(row[2] for row in paid), 2)

    def test_nobody_pays_more_than_the_cheapest_combination(self):
        """Random plans, pauses and uses in money, against every choice one by one."""
        random = Random(9)
        credited = 0
        for number in range(ROUNDS):
            facts = self._random_facts(random)
            result = settle(facts)
            with self.subTest(number=number):
                pays = money(result.charged - result.credit)
                self.assertLessEqual(0, result.credit)
                self.assertLessEqual(result.credit, result.charged)
                self.assertLessEqual(pays, max(cheapest(facts), 0) + 0.005)
                self.assertEqual(
                    result.charged,
                    money(result.due + result.overage + result.passes + result.paid),
                )
                if result.fair:
                    self.assertEqual(
                        result.fair.amount,
                        money(sum(line.amount for line in result.fair.lines)),
                    )
            credited += bool(result.credit)
        self.assertGreater(credited, ROUNDS / 4)

    def _random_facts(self, random):
        plans = random.sample((FULL, HALF), random.randrange(3))
        day = random.choice([1, 10])
        pauses = [(date(2027, 3, 12), date(2027, 3, random.randrange(12, 30)))]
        parts = parts_of_month(
            MARCH,
            [(plans[0], date(2027, 3, day), None)] if plans else [],
            random.choice([pauses, []]),
        )
        return Facts(
            MARCH,
            parts,
            days=random.randrange(20) / 2 if parts else 0,
            hours=random.randrange(20) / 2 if parts else 0,
            balance=random.randrange(-4, 5) if parts else 0,
            hour_price=plans[0].hour_price if parts else 0,
            plans=tuple(plans),
            packs=tuple(random.sample(PACKS, random.randrange(4))) + (DAY_PASS,)
            if random.random() < 0.9
            else PACKS,
            paid=tuple(
                random.choice(
                    [
                        (
                            DAY,
                            random.choice([0.5, 1]),
                            random.choice([8.0, 16.0, 20.5]),
                        ),
                        (
                            HOUR,
                            random.choice([0.25, 1, 1.5, 4]),
                            random.randrange(100, 9000) / 100,
                        ),
                    ]
                )
                for _rank in range(random.randrange(7))
            ),
        )
