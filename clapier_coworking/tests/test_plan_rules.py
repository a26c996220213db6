from datetime import date, timedelta
from random import Random

from odoo.tests import BaseCase, tagged

from ..coworking_month_rules import Facts, cover, price_under, settle
from ..coworking_plan_rules import (
    DAY,
    HOUR,
    Lots,
    Pack,
    Part,
    Plan,
    add_months,
    earliest_end,
    granted,
    last_day,
    money,
    parts_of_month,
    price_of,
    prorata,
)

ROUNDS = 300
MARCH = date(2027, 3, 1)
FULL = Plan(1, "Full", 150.0, hours=10, days=None, hour_price=8)
PART = Plan(2, "Part", 80.0, hours=5, days=8, hour_price=9)
PASS = Pack(1, "Pass", DAY, 1, 15.0)
TEN = Pack(2, "Ten", DAY, 10, 120.0)
HOURS = Pack(3, "Hours", HOUR, 5, 50.0)


@tagged("post_install", "-at_install")
class TestPlanRules(BaseCase):
    def test_first_month_is_pro_rata(self):
        self.assertEqual(prorata(310.0, date(2027, 3, 22), date(2027, 3, 31)), 100.0)

    def test_parts_of_a_month_add_up_to_it(self):
        random = Random(1)
        for _round in range(ROUNDS):
            month = add_months(MARCH, random.randrange(48))
            amount = money(random.uniform(0, 1000))
            days = last_day(month).day
            cuts = sorted(random.sample(range(1, days), random.randrange(6)))
            edges = [0, *cuts, days]
            parts = [
                prorata(amount, month.replace(day=first + 1), month.replace(day=last))
                for first, last in zip(edges, edges[1:], strict=False)
            ]
            self.assertEqual(money(sum(parts)), amount)

    def test_pauses_are_cut_out(self):
        terms = [
            (PART, date(2027, 1, 1), date(2027, 3, 14)),
            (FULL, date(2027, 3, 15), None),
        ]
        pauses = [(date(2027, 3, 10), date(2027, 3, 20))]
        self.assertEqual(
            parts_of_month(MARCH, terms, pauses),
            (
                Part(PART, date(2027, 3, 1), date(2027, 3, 9)),
                Part(FULL, date(2027, 3, 21), date(2027, 3, 31)),
            ),
        )
        whole = [(date(2027, 2, 1), date(2027, 4, 1))]
        self.assertEqual(parts_of_month(MARCH, terms, whole), ())

    def test_end_keeps_engagement_and_notice(self):
        today = date(2027, 3, 10)
        self.assertEqual(
            earliest_end(date(2027, 1, 5), 0, today, 30), date(2027, 4, 30)
        )
        self.assertEqual(earliest_end(date(2027, 1, 5), 0, today, 0), date(2027, 3, 31))
        self.assertEqual(
            earliest_end(date(2027, 1, 5), 12, today, 30), date(2028, 1, 4)
        )
        self.assertEqual(
            earliest_end(date(2027, 1, 31), 1, today, 0), date(2027, 3, 31)
        )

    def test_first_lost_is_first_used(self):
        lots = Lots()
        lots.post("grant", 10, date(2027, 6, 1))
        lots.post("purchase", 5)
        lots.post("grant", 10, date(2027, 5, 1))
        lots.post("use", -12)
        self.assertEqual(lots.expired(date(2027, 5, 1)), 0)
        self.assertEqual(lots.expired(date(2027, 6, 1)), 8)
        self.assertEqual(lots.balance, 13)

    def test_what_is_given_back_expires_as_before(self):
        lots = Lots()
        lots.post("grant", 4, date(2027, 5, 1))
        lots.post("grant", 4, date(2027, 6, 1))
        lots.post("use", -6)
        lots.post("refund", 3)
        self.assertEqual(lots.lots, [[date(2027, 5, 1), 100], [date(2027, 6, 1), 400]])

    def test_ledger_replays_to_the_balance(self):
        random = Random(2)
        for _round in range(ROUNDS):
            lots, total = Lots(), 0
            for step in range(random.randrange(60)):
                kind = random.choice(
                    ["grant", "purchase", "use", "refund", "correction"]
                )
                quantity = random.randrange(1, 2000) / 100
                if kind == "use" or (kind == "correction" and random.random() < 0.5):
                    quantity = -quantity
                expires = random.choice([None, MARCH + timedelta(days=30 * (step % 5))])
                lots.post(kind, quantity, expires if kind != "refund" else None)
                total = round(total + quantity, 2)
                if random.random() < 0.2:
                    lots = Lots.load(lots.dump())
                if random.random() < 0.1 and lots.expired(MARCH):
                    lost = lots.expired(MARCH)
                    lots.post("expiry", -lost)
                    total = round(total - lost, 2)
                    self.assertEqual(lots.expired(MARCH), 0)
            self.assertEqual(round(lots.balance, 2), total)

    def test_cheapest_packs(self):
        self.assertEqual(
            [(line.name, line.quantity) for line in cover(DAY, 7, (PASS, TEN))],
            [("Pass", 7)],
        )
        self.assertEqual(
            [(line.name, line.quantity) for line in cover(DAY, 8.5, (PASS, TEN))],
            [("Ten", 1)],
        )
        lines = cover(HOUR, 7.25, (HOURS,), 12.0)
        self.assertEqual([line.amount for line in lines], [50.0, 27.0])
        self.assertIsNone(cover(HOUR, 1, ()))
        self.assertEqual(cover(HOUR, 0, ()), ())

    def test_cheapest_packs_are_the_cheapest(self):
        random = Random(3)
        for _round in range(60):
            packs = tuple(
                Pack(i, str(i), DAY, size, float(random.randrange(5, 200)))
                for i, size in enumerate(random.sample([1, 2, 5, 10], 2))
            )
            need = random.randrange(1, 24) / 2
            best = min(
                first * packs[0].price + second * packs[1].price
                for first in range(26)
                for second in range(26)
                if first * packs[0].quantity + second * packs[1].quantity >= need
            )
            self.assertEqual(sum(line.amount for line in cover(DAY, need, packs)), best)

    def test_price_under_a_plan(self):
        whole = [Part(None, MARCH, last_day(MARCH))]
        self.assertEqual(price_under(FULL, whole, 25, 12, (PASS,)).amount, 166.0)
        self.assertEqual(price_under(PART, whole, 10, 5, (PASS,)).amount, 110.0)
        self.assertEqual(price_under(None, whole, 3, 0, (PASS,)).amount, 45.0)
        self.assertIsNone(price_under(None, whole, 0, 1, (PASS,)))

    def test_little_used_is_credited(self):
        parts = (Part(FULL, MARCH, last_day(MARCH)),)
        facts = Facts(
            MARCH,
            parts,
            parts,
            invoiced=150.0,
            days=3,
            plans=(FULL, PART),
            packs=(PASS, TEN),
        )
        result = settle(facts)
        self.assertEqual((result.charged, result.credit, result.total), (150, 105, 45))

    def test_minimum_stays_due(self):
        plan = Plan(3, "Office", 300.0, days=None, minimum=200.0)
        parts = (Part(plan, MARCH, last_day(MARCH)),)
        result = settle(Facts(MARCH, parts, invoiced=300.0, packs=(PASS,)))
        self.assertEqual(result.credit, 100)

    def test_hours_beyond_are_billed_once(self):
        parts = (Part(PART, MARCH, last_day(MARCH)),)
        facts = Facts(
            MARCH,
            parts,
            invoiced=80.0,
            days=8,
            hours=7,
            balance=-2,
            hour_price=9,
            plans=(PART,),
        )
        result = settle(facts)
        self.assertEqual((result.overage_hours, result.overage), (2, 18))
        self.assertEqual((result.charged, result.credit), (98, 0))

    def test_passes_bought_count_as_far_as_used(self):
        facts = Facts(
            MARCH,
            days=20,
            bought=((DAY, 20, 300.0),),
            plans=(FULL, PART),
            packs=(PASS, TEN),
        )
        result = settle(facts)
        self.assertEqual((result.charged, result.credit), (300, 150))
        self.assertEqual(result.fair.plan, FULL)

    def test_fairest_is_never_dearer_and_never_cheaper_than_any_way(self):
        random = Random(4)
        for _round in range(ROUNDS):
            facts = self._random_facts(random)
            result = settle(facts)
            self.assertLessEqual(0, result.credit)
            self.assertLessEqual(result.credit, result.charged)
            month = facts.parts or (Part(None, facts.month, last_day(facts.month)),)
            for plan in (None, *facts.plans):
                price = price_under(plan, month, facts.days, facts.hours, facts.packs)
                if price is not None:
                    least = price_of(
                        [
                            Part(Plan(0, "", part.plan.minimum), part.first, part.last)
                            for part in facts.parts
                        ]
                    )
                    self.assertLessEqual(
                        money(result.charged - result.credit),
                        max(price.amount, least, 0) + 0.005,
                    )

    def _random_facts(self, random):
        plans = tuple(
            Plan(
                key,
                str(key),
                price := money(random.uniform(20, 300)),
                hours=random.randrange(20),
                days=random.choice([None, 0, 5, 10]),
                hour_price=random.choice([5.0, 8.0, 12.5]),
                minimum=random.choice([0.0, money(price / 2)]),
            )
            for key in range(random.randrange(4))
        )
        month = add_months(MARCH, random.randrange(12))
        terms, day = [], month - timedelta(days=random.randrange(40))
        for plan in random.sample(plans, len(plans)):
            stop = day + timedelta(days=random.randrange(40))
            terms.append((plan, day, stop))
            day = stop + timedelta(days=1)
        pauses = [
            (month + timedelta(days=5), month + timedelta(days=random.randrange(5, 20)))
        ]
        return Facts(
            month,
            parts_of_month(month, terms, random.choice([pauses, []])),
            invoiced=money(random.uniform(0, 300)),
            days=random.randrange(40) / 2,
            hours=random.randrange(3000) / 100,
            balance=random.randrange(-500, 500) / 100,
            bought=random.choice([(), ((DAY, 10.0, 120.0), (HOUR, 5.0, 50.0))]),
            hour_price=8.0,
            plans=plans,
            packs=(PASS, TEN, HOURS),
        )

    def test_grants_are_pro_rata(self):
        part = Part(PART, date(2027, 3, 17), date(2027, 3, 31))
        self.assertEqual(granted([part]), (2.42, 3.87))
